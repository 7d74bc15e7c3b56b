package dev.portcullis.admin.service;

import static dev.portcullis.admin.service.ServiceFixture.refusedField;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {
        "a", "ci-bot", "CI bot 7", "Zoë", "机器人", "бот", "a_b@c.d:e/f", "🤖"
    })
    void visibleName_isTaken(String name) {
        assertThat(Names.userName("name", name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", " a", "a ", "\u00a0a", "a\u3000", "a\nb", "a\tb", "a\u0000b", "a\u007fb", "a\u0085b",
        "a\u200bb", "a\u202eb", "a\ufeffb", "a\u2028b", "a\ud800b", "a\ue000b", "system", "SYSTEM",
        "current", "Self",
        "ｓystem", "usr_0123456789abcdEF", "grp_0123456789abcdEF",
        // default ignorable code points of each kind, bidi controls, the blank Braille pattern
        "a\u034fb", "a\u115fb", "a\u1160b", "a\u17b4b", "a\u180bb", "a\u180eb", "a\u2061b",
        "a\u200db", "a\u202ab", "a\u2066b", "a\u061cb", "a\u200fb", "a\u3164b", "a\uffa0b",
        "a\ufe0fb", "a\udb40\udd00b", "a\udb40\udc41b", "a\u00adb", "a\u2800b",
        "\u2800", "\u3164",
        "\ufff9", "a\ufff0b", "a\u2065b"
    })
    void nameThatMisleads_isRefused(String name) {
        assertThat(refusedField(() -> Names.userName("name", name))).isEqualTo("name");
    }

    @Test
    void nameMissing_isRefused() {
        assertThat(refusedField(() -> Names.name("name", null))).isEqualTo("name");
    }

    @Test
    void longestName_isCountedInCharacters() {
        String longest = "🤖".repeat(150);
        assertThat(Names.name("name", longest)).isEqualTo(longest);
        assertThat(refusedField(() -> Names.name("name", longest + "x"))).isEqualTo("name");
        assertThat(refusedField(() -> Names.name("name", "x".repeat(1_000_000))))
                .isEqualTo("name");
    }

    @Test
    void decomposedName_isComposed() {
        assertThat(Names.name("name", "Zoe\u0308")).isEqualTo("Zo\u00eb");
    }

    @ParameterizedTest
    @CsvSource({
        "CI-Bot, ci-bot", "ﬁx, fix", "Zoe\u0308, ZOË", "Ⅳ, iv", "ｂｏｔ, bot", "Straße, STRASSE",
        "ΣΑΣ, σας", "ı, I", "x², x2", "K, k", "STRAẞE, strasse", "STRAẞE, straße",
        "ǅ, ǆ", "a\u00a0b, a b", "a\u3000b, A B", "ŉ, ʼN", "ΐ, Ϊ́"
    })
    void namesThatLookAlike_haveOneKey(String one, String other) {
        assertThat(Names.key(one)).isEqualTo(Names.key(other));
    }

    @Test
    void keyOfAKey_isTheSameKey() {
        for (int c = 0; c <= Character.MAX_CODE_POINT; c++) {
            if (c < Character.MIN_SURROGATE || c > Character.MAX_SURROGATE) {
                String key = Names.key(Character.toString(c));
                if (!Names.key(key).equals(key)) {
                    throw new AssertionError(String.format("U+%04X", c));
                }
            }
        }
    }

    @Test
    void nameThatStandsForTooMuch_isRefused() {
        // one character of eighteen
        assertThat(refusedField(() -> Names.name("name", "\ufdfa".repeat(100))))
                .isEqualTo("name");
        Names.name("name", "\ufdfa".repeat(10));
    }

    @ParameterizedTest
    @ValueSource(strings = {"a,b", ",", "a，b", "a﹐b", "grp_0123456789abcdEF", "system", " g"})
    void groupNameThatMisleads_isRefused(String name) {
        assertThat(refusedField(() -> Names.groupName("name", name))).isEqualTo("name");
    }

    @Test
    void groupName_mayHaveWhatAUsersMay() {
        assertThat(Names.groupName("name", "Zoë's group; 7%")).isEqualTo("Zoë's group; 7%");
    }

    @Test
    void namesThatDiffer_haveTwoKeys() {
        assertThat(Names.key("ci-bot")).isNotEqualTo(Names.key("ci_bot"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", "a", "my-app-2", "0"})
    void application_isTaken(String name) {
        assertThat(Names.application("application", name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "A", "a.b", "a b", "**", "a*", "ä", "a\n"})
    void applicationOfOtherForm_isRefused(String name) {
        assertThat(refusedField(() -> Names.application("application", name)))
                .isEqualTo("application");
    }

    @Test
    void applicationTooLongOrMissing_isRefused() {
        refusedField(() -> Names.application("application", "a".repeat(64)));
        refusedField(() -> Names.application("application", null));
    }

    @Test
    void description_mayHaveLinesAndBeEmpty() {
        assertThat(Names.description("description", null)).isEmpty();
        assertThat(Names.description("description", "two\n\tlines")).isEqualTo("two\n\tlines");
        refusedField(() -> Names.description("description", "x".repeat(1_001)));
        refusedField(() -> Names.description("description", "a\u0007"));
    }
}
