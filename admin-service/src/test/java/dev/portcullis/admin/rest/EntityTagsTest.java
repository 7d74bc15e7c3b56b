package dev.portcullis.admin.rest;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EntityTagsTest {
    @Test
    void noConditionAndAnyTag_askForNoRevision() {
        assertThat(EntityTags.expected(null, () -> 7L)).isEqualTo(EntityTags.ANY);
        assertThat(EntityTags.expected(" * ", () -> 7L)).isEqualTo(EntityTags.ANY);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '\'', value = {
        "\"7\"|7", " \"7\" |7", "\"abc\", \"7\"|7", "W/\"8\", \"9\"|9", "\"1\",\"7\",\"3\"|7"
    })
    void tags_areTheRevisionToExpect(String header, long expected) {
        assertThat(EntityTags.expected(header, () -> 7L)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "", "7", "\"\"", "\"x\"", "W/\"7\"", "\"0\"", "\"-7\"", "\"7\"\"8\"", "\"7\" x",
        "\"1\", \"2\"", "\"99999999999999999999\"", "*, \"7\"", "\"7"
    })
    void tagsThatCannotMatch_areRefused(String header) {
        assertThatThrownBy(() -> EntityTags.expected(header, () -> 7L))
                .isInstanceOfSatisfying(RestException.class,
                        e -> assertThat(e.status()).isEqualTo(412));
    }

    @Test
    void overlongHeader_isRefused() {
        assertThatThrownBy(() -> EntityTags.expected("\"7\",".repeat(1_000) + "\"7\"", () -> 7L))
                .isInstanceOf(RestException.class);
    }
}
