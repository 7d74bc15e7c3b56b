package dev.portcullis.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Locale;
import org.junit.jupiter.api.Test;

/** Names are recognised in every spelling that a careless server folds to them. */
class FieldNameTest {
    private static FieldName of(String name) {
        // other octets around: nothing outside the span may matter
        byte[] octets = Heads.octets("-" + name + "-");
        return FieldName.of(octets, 1, octets.length - 1);
    }

    private static boolean hasName(FieldName name) {
        return name != FieldName.X_FORWARDED && name != FieldName.X_PORTCULLIS
                && name != FieldName.SEC_WEBSOCKET && name != FieldName.OTHER;
    }

    private static String usual(FieldName name) {
        return name.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Test
    void everySpelling_isRecognised() {
        Fuzz.rounds(200, random -> {
            for (FieldName name : FieldName.values()) {
                if (hasName(name)) {
                    assertThat(of(Heads.spelling(random, usual(name)))).isEqualTo(name);
                }
            }
            String rest = Fuzz.text(random, 8, "abcXYZ09-_.!");
            assertThat(of(Heads.spelling(random, "x-forwarded-") + rest))
                    .isEqualTo(FieldName.X_FORWARDED);
            assertThat(of(Heads.spelling(random, "x-portcullis-") + rest))
                    .isEqualTo(FieldName.X_PORTCULLIS);
            assertThat(of(Heads.spelling(random, "sec-websocket-") + rest))
                    .isEqualTo(FieldName.SEC_WEBSOCKET);
        });
    }

    @Test
    void nameThatDiffersInOneOctet_isAnother() {
        Fuzz.rounds(200, random -> {
            for (FieldName name : FieldName.values()) {
                if (hasName(name)) {
                    String usual = usual(name);
                    int at = random.nextInt(usual.length());
                    String other = usual.substring(0, at) + "\u00e9" + usual.substring(at + 1);
                    assertThat(of(other)).as(other)
                            .isIn(FieldName.OTHER, FieldName.SEC_WEBSOCKET).isNotEqualTo(name);
                    assertThat(of(usual + "a")).isNotEqualTo(name);
                    assertThat(of(usual.substring(1))).isNotEqualTo(name);
                }
            }
        });
        assertThat(of("x-forwarded")).isEqualTo(FieldName.OTHER);
        assertThat(of("x-portcullis")).isEqualTo(FieldName.OTHER);
        assertThat(of("x-forwarde-for")).isEqualTo(FieldName.OTHER);
    }
}
