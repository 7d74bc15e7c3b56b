package dev.portcullis.cli.client;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AuditChangeTest {
    @Test
    void somethingMade_isToldByItsFields() {
        assertThat(AuditChange.text("",
                "{\"id\":\"x\",\"name\":\"ci\",\"description\":\"\",\"groups\":[],\"n\":3}"))
                .isEqualTo("name ci, n 3");
    }

    @Test
    void somethingChanged_isToldByWhatDiffers() {
        assertThat(AuditChange.text(
                "{\"id\":\"x\",\"state\":\"live\",\"name\":\"a\",\"key\":\"k\"}",
                "{\"id\":\"x\",\"state\":\"revoked\",\"name\":\"a\",\"at\":\"now\"}"))
                .isEqualTo("state live -> revoked, key k -> none, at now");
    }

    @Test
    void somethingEnded_isToldByWhatItWas() {
        assertThat(AuditChange.text("{\"application\":\"api\",\"role\":\"reader\"}", ""))
                .isEqualTo("application api -> none, role reader -> none");
    }

    @Test
    void nothingToTell_isADash() {
        assertThat(AuditChange.text("", "")).isEqualTo("-");
        assertThat(AuditChange.text("{\"id\":\"x\"}", "{\"id\":\"x\"}")).isEqualTo("-");
    }

    @Test
    void longChange_isCutBetweenCharacters() {
        String text = AuditChange.text("", "{\"name\":\"" + "\uD83D\uDE00".repeat(200) + "\"}");
        assertThat(text).isEqualTo("name " + "\uD83D\uDE00".repeat(95) + "...");
    }
}
