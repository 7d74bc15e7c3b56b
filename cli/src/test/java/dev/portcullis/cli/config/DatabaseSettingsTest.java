package dev.portcullis.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.admin.store.StoreConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatabaseSettingsTest {
    private static final String REMOTE = "postgresql://pc@db.example.org:5433/portcullis";

    @TempDir Path directory;

    private static Configuration load(Map<String, String> flags) {
        Map<String, String> all = new HashMap<>(flags);
        all.putIfAbsent("--data", "d");
        all.put("--upstream", "http://127.0.0.1:3000");
        return ConfigLoader.load(null, Map.of(), all);
    }

    private static String mistake(Map<String, String> flags) {
        ConfigException mistake =
                catchThrowableOfType(ConfigException.class, () -> load(flags));
        assertThat(mistake).isNotNull();
        return mistake.getMessage();
    }

    private Path passwordFile(String mode) throws IOException {
        Path file = Files.writeString(directory.resolve("password"), "hunter two\n");
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(mode));
    }

    @Test
    void nothingGiven_isTheDataDirectory() {
        assertThat(AdminMapping.store(load(Map.of()))).isEqualTo(new StoreConfig(Path.of("d")));
    }

    @Test
    void serverAndPassword_areTakenAndThePasswordIsShownNowhere() throws Exception {
        Configuration config = load(Map.of("--database", REMOTE,
                "--database-password-file", passwordFile("rw-------").toString()));
        StoreConfig store = AdminMapping.store(config);
        assertThat(store.dataDirectory()).isNull();
        assertThat(store.postgres()).hasToString(REMOTE);
        assertThat(store.postgres().password().isGiven()).isTrue();
        assertThat(store.toString()).doesNotContain("hunter");
        assertThat(store.where()).hasToString(REMOTE);
    }

    @Test
    void passwordFileThatOthersCanRead_isRefused() throws Exception {
        assertThat(mistake(Map.of("--database", REMOTE,
                "--database-password-file", passwordFile("rw-r--r--").toString())))
                .contains("database_password_file", "chmod 600").doesNotContain("hunter");
        assertThat(mistake(Map.of("--database", REMOTE,
                "--database-password-file", directory.resolve("none").toString())))
                .contains("is not there");
    }

    @Test
    void passwordWithoutADatabase_isRefused() throws Exception {
        assertThat(mistake(Map.of("--database-password-file",
                passwordFile("rw-------").toString())))
                .contains("database_password_file: database is missing");
    }

    @ParameterizedTest
    @ValueSource(strings = {
        "postgresql://pc:hunter2@db.example.org/portcullis",
        "postgresql://pc@db.example.org/portcullis?password=hunter2",
        "postgresql://pc@db.example.org/portcullis?hunter2",
        "postgresql://pc:hunter2@/portcullis",
        "jdbc:postgresql://db.example.org/portcullis?user=pc&password=hunter2",
        "postgresql://pc:hunter2%zz@db.example.org/portcullis"})
    void passwordInTheUrl_isRefusedAndNotRepeated(String url) {
        assertThat(mistake(Map.of("--database", url))).doesNotContain("hunter2");
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://pc@db.example.org/portcullis?sslmode=disable, not a loopback address",
        "postgresql://pc@db.example.org/portcullis?sslmode=require, verify-full",
        "postgresql://pc@db.example.org/portcullis?sslmode=prefer, verify-full",
        "postgresql://pc@db.example.org/portcullis?options=-csearch_path, sslmode",
        "postgresql://db.example.org/portcullis, names no user",
        "postgresql://pc@db.example.org:0/portcullis, port 0",
        "postgresql://pc@db.example.org:65536/portcullis, port 65536",
        "postgresql://pc@db example/portcullis, not host",
        "postgresql://pc@db.example.org/, it is not",
        "postgresql://pc%00@db.example.org/d, character",
        "mysql://pc@db.example.org/portcullis, it is not"})
    void urlThatWouldNotDo_isRefusedWithAHint(String url, String hint) {
        assertThat(mistake(Map.of("--database", url))).contains(hint);
    }

    @ParameterizedTest
    @CsvSource({
        "postgresql://pc@localhost/d, postgresql://pc@localhost:5432/d",
        "postgres://pc@127.0.0.1:1/d?sslmode=disable,"
            + " postgresql://pc@127.0.0.1:1/d?sslmode=disable",
        "postgresql://p%20c@[2001:db8::1]/a%2Fb, postgresql://p%20c@[2001:db8::1]:5432/a%2Fb",
        "'postgresql://pc@a:1,b:2,c/d', 'postgresql://pc@a:1,b:2,c:5432/d'"})
    void urls_areWrittenAsTheyAreMeant(String url, String written) {
        assertThat(load(Map.of("--database", url)).get(Settings.DATABASE)).hasToString(written);
    }

    @Test
    void dataDirectory_isNeededForTheFirstTokenAlone() {
        Map<String, String> flags = new HashMap<>(Map.of("--database", REMOTE,
                "--upstream", "http://127.0.0.1:3000"));
        ConfigException mistake = catchThrowableOfType(ConfigException.class,
                () -> ConfigLoader.load(null, Map.of(), flags));
        assertThat(mistake).hasMessageContaining("no data directory");
        flags.put("--bootstrap-token-file", "/etc/t");
        assertThat(ConfigLoader.load(null, Map.of(), flags).get(Settings.DATA)).isNull();
        assertThat(ConfigLoader.loadForData(null, Map.of(), Map.of("--database", REMOTE))
                .get(Settings.DATABASE)).hasToString(REMOTE);
    }
}
