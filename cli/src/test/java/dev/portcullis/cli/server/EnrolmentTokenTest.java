package dev.portcullis.cli.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EnrolmentTokenTest {
    @TempDir
    private Path directory;

    private Path write(String text) throws Exception {
        Path file = Files.writeString(directory.resolve("token"), text);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        return file;
    }

    @Test
    void fileThatIsWrittenSlowly_isUsedWhenItLiesStill() throws Exception {
        try (EnrolmentToken token = EnrolmentToken.in(write("first"))) {
            write("sec");
            token.look();
            assertThat(token.text()).isEqualTo("first");
            write("second");
            token.look();
            assertThat(token.text()).isEqualTo("first");
            token.look();
            assertThat(token.text()).isEqualTo("second");
        }
    }

    @Test
    void fileThatCannotBeUsed_leavesWhatWasThere() throws Exception {
        try (EnrolmentToken token = EnrolmentToken.in(write("first"))) {
            Files.setPosixFilePermissions(
                    write("second"), PosixFilePermissions.fromString("rw-r--r--"));
            token.look();
            token.look();
            assertThat(token.text()).isEqualTo("first");
            Files.delete(directory.resolve("token"));
            token.look();
            assertThat(token.text()).isEqualTo("first");
            write("third");
            token.reload();
            assertThat(token.text()).isEqualTo("third");
        }
    }
}
