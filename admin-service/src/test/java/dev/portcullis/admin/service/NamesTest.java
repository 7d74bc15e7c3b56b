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
        "ｓystem", "usr_0123456789abcdEF"
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
        "ΣΑΣ, σας", "ı, I", "x², x2", "K, k"
    })
    void namesThatLookAlike_haveOneKey(String one, String other) {
        assertThat(Names.key(one)).isEqualTo(Names.key(other));
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
