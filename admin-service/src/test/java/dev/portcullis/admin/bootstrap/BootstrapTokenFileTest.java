package dev.portcullis.admin.bootstrap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.PlainToken;
import dev.portcullis.core.token.TokenFormat;
import dev.portcullis.core.token.TokenMint;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BootstrapTokenFileTest {
    @TempDir Path directory;
    private final PlainToken token = new TokenMint(new TokenFormat("pc"), new SecureRandom())
            .mint(CredentialKind.ACCESS_TOKEN).plain();

    private Path file() {
        return directory.resolve("token");
    }

    @Test
    void kept_inAFileOfItsOwnerAlone() throws Exception {
        new BootstrapTokenFile(file()).keep(token);
        assertThat(file()).hasContent(token.reveal() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
        try (Stream<Path> files = Files.list(directory)) {
            assertThat(files).containsExactly(file());
        }
    }

    @Test
    void leftoversOfAnInterruptedStart_areReplaced() throws Exception {
        Files.writeString(file(), "old");
        Files.setPosixFilePermissions(file(), PosixFilePermissions.fromString("rw-rw-rw-"));
        Files.writeString(directory.resolve("token.tmp"), "half");
        new BootstrapTokenFile(file()).keep(token);
        assertThat(file()).hasContent(token.reveal() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                .isEqualTo("rw-------");
    }

    @Test
    void linksInTheWay_areNotFollowed() throws Exception {
        Path elsewhere = Files.writeString(directory.resolve("elsewhere"), "untouched");
        Files.createSymbolicLink(file(), elsewhere);
        Files.createSymbolicLink(directory.resolve("token.tmp"), elsewhere);
        new BootstrapTokenFile(file()).keep(token);
        assertThat(elsewhere).hasContent("untouched");
        assertThat(Files.isSymbolicLink(file())).isFalse();
    }

    @Test
    void directoryThatIsMissing_isMadeForItsOwnerAlone() throws Exception {
        Path made = directory.resolve("data").resolve("portcullis");
        new BootstrapTokenFile(made.resolve("token")).keep(token);
        assertThat(made.resolve("token")).hasContent(token.reveal() + "\n");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(made)))
                .isEqualTo("rwx------");
    }

    @Test
    void cannotBeWritten_saidWithoutTheToken() throws Exception {
        Path noDirectory = Files.writeString(directory.resolve("file"), "");
        BootstrapTokenFile nowhere = new BootstrapTokenFile(noDirectory.resolve("token"));
        assertThatThrownBy(() -> nowhere.keep(token))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageNotContaining(token.reveal());
    }
}
