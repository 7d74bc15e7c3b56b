package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.portcullis.gateway.ApplicationConfig;
import dev.portcullis.gateway.Gateway;
import dev.portcullis.gateway.GatewayConfig;
import dev.portcullis.gateway.GatewayEnvironment;
import dev.portcullis.gateway.accesslog.AccessLogConfig;
import dev.portcullis.gateway.server.ServerConfig;
import io.grpc.ManagedChannel;
import io.grpc.inprocess.InProcessChannelBuilder;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The metrics: their form, their bounds, and that what is written about them is true. */
class MetricsTest {
    private static final Path DOCS = Path.of("..", "docs", "observability.md");
    private static final Path DASHBOARD = Path.of("..", "deploy", "grafana", "portcullis.json");
    private static final Path RULES = Path.of("..", "deploy", "alerts", "portcullis.rules.yaml");
    private static final Pattern ROW = Pattern.compile(
            "\\| `([a-z_]+)` \\| (counter|gauge|histogram|info) \\| ([^|]*)\\| (.*)\\|");
    private static final Pattern LABEL = Pattern.compile("([a-z_]+)=\"(?:[^\"\\\\]|\\\\.)*\"");
    private static final Pattern USED =
            Pattern.compile("\\b((?:portcullis|process|jvm)_[a-z_]+)\\b");
    private static final String WITH_TLS = "with TLS only";
    private static final String IN_A_PROCESS_OF_ITS_OWN = "of a gateway in a process of its own";
    private static final String AT_THE_ADMIN_SERVICE = "at the admin-service";

    private ManagedChannel nowhere;
    private Gateway gateway;
    private final PrometheusRegistry registry = new PrometheusRegistry();

    @BeforeEach
    void create() {
        nowhere = InProcessChannelBuilder.forName("nowhere").build();
        gateway = Gateway.create(
                GatewayConfig.of(
                        ServerConfig.defaults(
                                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)),
                        List.of(), AccessLogConfig.to(AccessLogConfig.OFF)),
                nowhere,
                new GatewayEnvironment(InstantSource.system(), System::nanoTime, new Random(3)));
        gateway.serve(applications("app-", 1));
        registry.register(new GatewayMetrics(gateway));
        registry.register(new ProcessMetrics("1.2.3"));
        registry.register(new LoadMetrics(InstantSource.system()));
    }

    @AfterEach
    void close() {
        gateway.close();
        nowhere.shutdownNow();
    }

    private static List<ApplicationConfig> applications(String prefix, int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> ApplicationConfig.of(
                        prefix + i, "", "/" + i, URI.create("http://127.0.0.1:9")))
                .toList();
    }

    /** What the documentation says of a metric. */
    private record Documented(String type, Set<String> labels, boolean always) {}

    private static Map<String, Documented> documented() throws IOException {
        Map<String, Documented> rows = new TreeMap<>();
        for (String line : Files.readAllLines(DOCS)) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                Set<String> labels = new TreeSet<>();
                Pattern.compile("`([a-z]+)`").matcher(row.group(3)).results()
                        .forEach(label -> labels.add(label.group(1)));
                rows.put(row.group(1), new Documented(
                        row.group(2), labels, !row.group(4).contains(WITH_TLS)
                                && !row.group(4).contains(IN_A_PROCESS_OF_ITS_OWN)
                                && !row.group(4).contains(AT_THE_ADMIN_SERVICE)));
            }
        }
        assertThat(rows).hasSizeGreaterThan(40);
        return rows;
    }

    private String scrape() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create()
                .write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** Types by name, as the exposition tells them; an info is a gauge there. */
    private static Map<String, String> types(String text) {
        Map<String, String> types = new TreeMap<>();
        Pattern.compile("(?m)^# TYPE (\\S+) (\\S+)$").matcher(text).results()
                .forEach(type -> types.put(type.group(1), type.group(2)));
        return types;
    }

    @Test
    void everyMetric_isDocumentedAndEveryDocumentedOneExposed() throws Exception {
        Map<String, String> expected = new TreeMap<>();
        documented().forEach((name, metric) -> {
            if (metric.always()) {
                expected.put(name, metric.type().equals("info") ? "gauge" : metric.type());
            }
        });
        assertThat(types(scrape())).isEqualTo(expected);
    }

    @Test
    void everySeries_hasTheLabelsThatAreDocumented() throws Exception {
        Map<String, Documented> documented = documented();
        for (String line : scrape().lines().filter(it -> !it.startsWith("#")).toList()) {
            String series = line.substring(0, line.indexOf(line.contains("{") ? '{' : ' '));
            String name = documented.containsKey(series)
                    ? series : series.replaceAll("_(bucket|sum|count)$", "");
            Set<String> labels = new TreeSet<>();
            LABEL.matcher(line).results().forEach(label -> labels.add(label.group(1)));
            labels.remove("le");
            assertThat(labels).as(line).isEqualTo(documented.get(name).labels());
        }
    }

    @Test
    void everyMetric_isNamedAndExplainedAsIsUsual() throws Exception {
        String text = scrape();
        types(text).forEach((name, type) -> {
            assertThat(name).matches("(portcullis|process|jvm)(_[a-z]+)+")
                    .doesNotContainPattern(
                            "_(milli|micro|nano)seconds|_(ms|us|ns|kb|mb|percent)(_|$)");
            assertThat(name.endsWith("_total")).as(name).isEqualTo(type.equals("counter"));
            if (type.equals("histogram")) {
                assertThat(name).endsWith("_seconds");
            }
            assertThat(text).containsPattern(
                    "(?m)^# HELP " + name + " [A-Z0-9].*[.]$");
        });
    }

    @Test
    void namesOfApplicationsThatChangeAgainAndAgain_makeNoMoreSeriesThanIsSaid() throws Exception {
        for (int round = 0; round < 5; round++) {
            gateway.serve(applications("round-" + round + "-", 1_000));
        }
        String text = scrape();

        Set<String> names = new TreeSet<>();
        Pattern.compile("application=\"([^\"]*)\"").matcher(text).results()
                .forEach(label -> names.add(label.group(1)));
        assertThat(names).hasSizeLessThanOrEqualTo(1_002).contains("round-4-0", "round-4-999")
                .doesNotContain("round-0-0", "round-3-999");
        assertThat(text.lines().filter(line -> !line.startsWith("#")).count())
                .isLessThan(1_000 * 70);
        assertThat(text.length()).isLessThan(16 << 20);
    }

    @Test
    void dashboard_showsOnlyWhatIsExposed() throws Exception {
        JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
        List<String> queries = new ArrayList<>();
        dashboard.findValues("expr").forEach(expr -> queries.add(expr.asText()));
        dashboard.path("templating").findValues("query").forEach(one -> queries.add(one.asText()));

        assertThat(queries).hasSizeGreaterThan(20);
        assertThat(used(queries)).isSubsetOf(exposed());
        Set<Integer> ids = new TreeSet<>();
        dashboard.get("panels").forEach(panel -> ids.add(panel.get("id").asInt()));
        assertThat(ids).hasSize(dashboard.get("panels").size());
        List<String> variables = new ArrayList<>();
        dashboard.at("/templating/list").forEach(one -> variables.add(one.get("name").asText()));
        assertThat(variables).contains("job", "instance");
        for (JsonNode expr : dashboard.findValues("expr")) {
            assertThat(expr.asText()).contains("job=~\"$job\",instance=~\"$instance\"");
        }
    }

    @Test
    void alerts_askOnlyWhatIsExposed() throws Exception {
        Object file = new Load(LoadSettings.builder().build())
                .loadFromString(Files.readString(RULES));
        List<String> queries = new ArrayList<>();
        Set<String> names = new TreeSet<>();
        for (Object group : (List<?>) ((Map<?, ?>) file).get("groups")) {
            for (Object rule : (List<?>) ((Map<?, ?>) group).get("rules")) {
                Map<?, ?> alert = (Map<?, ?>) rule;
                assertThat(alert.keySet().stream().map(Object::toString)).contains(
                        "alert", "expr", "labels", "annotations");
                queries.add((String) alert.get("expr"));
                assertThat(names.add((String) alert.get("alert"))).isTrue();
            }
        }
        assertThat(queries).hasSizeGreaterThan(8);
        assertThat(used(queries)).isSubsetOf(exposed());
    }

    private static Set<String> used(List<String> queries) {
        Set<String> used = new TreeSet<>();
        queries.forEach(query ->
                USED.matcher(query).results().forEach(name -> used.add(name.group(1))));
        assertThat(used).isNotEmpty();
        return used;
    }

    /** All series, those of histograms by their parts. */
    private static Set<String> exposed() throws IOException {
        Set<String> all = new TreeSet<>();
        documented().forEach((name, metric) -> {
            all.add(name);
            if (metric.type().equals("histogram")) {
                all.addAll(List.of(name + "_bucket", name + "_sum", name + "_count"));
            }
        });
        return all;
    }
}
