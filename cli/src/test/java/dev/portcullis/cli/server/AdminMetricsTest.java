package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.portcullis.admin.store.PostgresConfig;
import dev.portcullis.admin.store.PostgresServer;
import dev.portcullis.cli.Version;
import dev.portcullis.cli.config.ConfigLoader;
import dev.portcullis.cli.config.Configuration;
import dev.portcullis.cli.config.Purpose;
import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an admin-service on PostgreSQL exposes, and that it is what is written about it. */
class AdminMetricsTest {
    private static final Path DOCS = Path.of("..", "docs", "observability.md");
    private static final Pattern ROW =
            Pattern.compile("\\| `(portcullis_[a-z_]+)` \\| (counter|gauge) \\|.*");

    @TempDir Path directory;
    private final PostgresConfig database = PostgresServer.shared().database();
    private final PrometheusRegistry registry = new PrometheusRegistry();
    private AdminPart admin;

    @BeforeEach
    void start() throws Exception {
        Path password = Files.writeString(
                directory.resolve("password"), PostgresServer.PASSWORD + "\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        Map<String, String> flags = new LinkedHashMap<>();
        flags.put("--data", directory.toString());
        flags.put("--database", database.toString());
        flags.put("--database-password-file", password.toString());
        flags.put("--replica-id", "first");
        flags.put("--admin-listen", "127.0.0.1:0");
        flags.put("--rest-listen", "127.0.0.1:0");
        flags.put("--origin-listen", "127.0.0.1:0");
        flags.put("--max-staleness", "5s");
        Configuration config = ConfigLoader.load(Purpose.ADMIN, null, Map.of(), flags);
        admin = AdminPart.create(config, new SecureRandom());
        admin.listen();
        registry.register(new OriginMetrics(admin));
        registry.register(new DatabaseMetrics(admin.server()));
    }

    @AfterEach
    void stop() {
        admin.close();
    }

    private String scrape() throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PrometheusTextFormatWriter.create()
                .write(out, registry.scrape(), EscapingScheme.UNDERSCORE_ESCAPING);
        return out.toString(StandardCharsets.UTF_8);
    }

    @Test
    void everyMetricOfTheAdminService_isDocumentedWithItsType() throws Exception {
        Set<String> documented = new TreeSet<>();
        for (String line : Files.readAllLines(DOCS)) {
            Matcher row = ROW.matcher(line);
            if (row.matches() && line.contains("at the admin-service")) {
                documented.add(row.group(1) + " " + row.group(2));
            }
        }
        Set<String> exposed = Pattern.compile("(?m)^# TYPE (\\S+ \\S+)$").matcher(scrape())
                .results().map(type -> type.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(exposed).isEqualTo(documented).hasSizeGreaterThan(12);
    }

    @Test
    void replica_isSeenToRenewItsRowUnderItsVersion() throws Exception {
        assertThat(scrape()).contains("portcullis_replicas 1.0\n",
                "portcullis_replica_renewals_failed_total 0.0\n",
                "portcullis_database_failures_total{reason=\"read_only\"} 0.0\n",
                "portcullis_changes_waiting 0.0\n");
        assertThat(scrape()).doesNotContain("portcullis_replica_lease_ceiling_seconds 0.0\n",
                "portcullis_replica_renewals_total 0.0\n");
        assertThat(PostgresServer.shared().answer(
                database.database(), "SELECT software FROM replica"))
                .isEqualTo(Version.number()).isNotEmpty();
    }

    @Test
    void databaseSetReadOnly_isCountedWithWhatItMeansForLeases() throws Exception {
        PostgresServer.shared().administer("postgres",
                "ALTER DATABASE " + database.database() + " SET default_transaction_read_only = on",
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '"
                        + database.database() + "' AND usename = '" + PostgresServer.USER + "'");
        await().atMost(Duration.ofSeconds(60)).untilAsserted(() -> assertThat(scrape())
                .contains("portcullis_replica_lease_ceiling_seconds 0.0\n")
                .doesNotContain(
                        "portcullis_database_failures_total{reason=\"read_only\"} 0.0\n",
                        "portcullis_replica_renewals_failed_total 0.0\n"));
    }
}
