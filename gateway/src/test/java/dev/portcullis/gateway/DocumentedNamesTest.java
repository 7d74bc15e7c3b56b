package dev.portcullis.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.exchange.ExchangePhase;
import dev.portcullis.gateway.outcome.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The names in docs/life-of-a-request.md are those of the code: phases, refusals, statuses. */
class DocumentedNamesTest {
    private static final Pattern CODES_AND_STATUS =
            Pattern.compile("((?:`[a-z_]+`(?:, )?)+) (\\d{3})");
    private static final Pattern CODE = Pattern.compile("`([a-z_]+)`");

    @Test
    void phases_areThoseOfTheCodeInTheirOrder() throws IOException {
        List<String> documented = rows().stream()
                .map(cells -> cells[1].strip().replace("`", ""))
                .filter(phase -> !phase.isEmpty())
                .toList();
        assertThat(documented).containsExactlyElementsOf(
                Arrays.stream(ExchangePhase.values())
                        .map(phase -> phase.name().toLowerCase(Locale.ROOT))
                        .toList());
    }

    @Test
    void refusals_areThoseOfTheCodeWithTheirStatus() throws IOException {
        Set<String> documented = new TreeSet<>();
        for (String[] cells : rows()) {
            Matcher group = CODES_AND_STATUS.matcher(cells[4]);
            while (group.find()) {
                CODE.matcher(group.group(1)).results()
                        .forEach(code -> documented.add(code.group(1) + " " + group.group(2)));
            }
        }
        assertThat(documented).isEqualTo(Arrays.stream(Refusal.values())
                .map(refusal -> refusal.code() + " " + refusal.status())
                .collect(Collectors.toCollection(TreeSet::new)));
    }

    /** The cells of the one table, without its head. */
    private static List<String[]> rows() throws IOException {
        return Files.readAllLines(Path.of("..", "docs", "life-of-a-request.md")).stream()
                .filter(line -> line.startsWith("|"))
                .skip(2)
                .map(line -> line.split("\\|", -1))
                .toList();
    }
}
