package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.portcullis.admin.model.ServiceException;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.Callable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A real server with TLS: who it is has to be proved, and may have to be from the other side. */
class PostgresTlsTest {
    private static final String A = "usr_aaaaaaaaaaaaaaaa";
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir static Path directory;
    private static TestAuthority authority;
    private static TestAuthority other;
    private static PostgresServer server;

    private final SettableClock clock = new SettableClock();

    @BeforeAll
    static void start() throws Exception {
        authority = new TestAuthority(directory.resolve("ours"));
        other = new TestAuthority(directory.resolve("other"));
        show(authority.server("127.0.0.1"));
        server = PostgresServer.start(Map.of(
                "ssl", "on", "ssl_ca_file", authority.ca().toString(),
                "ssl_cert_file", directory.resolve("shown.pem").toString(),
                "ssl_key_file", directory.resolve("shown.key").toString()));
        server.administer("postgres",
                "CREATE DATABASE " + PostgresServer.BY_CERTIFICATE + " OWNER portcullis");
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    /** Puts a certificate where the server takes it from. */
    private static void show(TestAuthority.Pair pair) throws Exception {
        Files.copy(pair.certificate(), directory.resolve("shown.pem"),
                StandardCopyOption.REPLACE_EXISTING);
        Files.copy(pair.key(), directory.resolve("shown.key"),
                StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static void showAnew(TestAuthority.Pair pair) throws Exception {
        show(pair);
        server.administer("postgres", "SELECT pg_reload_conf()");
    }

    private static PostgresConfig at(String database, String parameters) {
        return PostgresConfig.parse("postgresql://portcullis@127.0.0.1:" + server.port() + "/"
                + database + "?" + parameters, PostgresPassword.of(PostgresServer.PASSWORD));
    }

    private static String trusting(TestAuthority whom) {
        return "sslmode=verify-full&sslrootcert=" + whom.ca();
    }

    private Store open(PostgresConfig config) throws StartException {
        return Store.open(new StoreConfig(config), clock);
    }

    private String refusal(PostgresConfig config) {
        StartException refusal = catchThrowableOfType(
                StartException.class, () -> open(config).close());
        assertThat(refusal).as("it must not start").isNotNull();
        assertThat(refusal.getMessage()).contains(config.toString(), refusal.remedy())
                .doesNotContain(PostgresServer.PASSWORD);
        return refusal.getMessage();
    }

    @Test
    void serverThatProvesItself_isUsedOverTlsAlone() throws Exception {
        PostgresConfig config = at(server.database().database(), trusting(authority));
        try (Store store = open(config)) {
            assertThat(Samples.insertUser(store, A)).isEqualTo(1);
            String of = " FROM pg_stat_ssl s JOIN pg_stat_activity a USING (pid)"
                    + " WHERE a.usename = 'portcullis'";
            assertThat(server.answer("postgres", "SELECT bool_and(ssl)" + of)).isEqualTo("t");
            assertThat(server.answer("postgres", "SELECT min(version)" + of))
                    .isIn("TLSv1.2", "TLSv1.3");
        }
    }

    @Test
    void authorityThatIsNotTrusted_isRefused() {
        assertThat(refusal(at("postgres", trusting(other))))
                .contains("did not prove who it is", "sslrootcert");
        // nor does this machine trust one that a test has made
        assertThat(refusal(at("postgres", "sslmode=verify-full")))
                .contains("did not prove who it is");
        assertThat(refusal(at("postgres", "sslmode=verify-ca&sslrootcert=" + other.ca())))
                .contains("did not prove who it is");
    }

    @Test
    void otherHostName_isRefusedUnlessNobodyAsksForIt() throws Exception {
        showAnew(authority.serverNamed("db.example.org"));
        try {
            PostgresConfig config = at(server.database().database(), trusting(authority));
            await(() -> refusal(config).contains("127.0.0.1 could not be verified"));
            assertThat(refusal(config)).contains("did not prove who it is");
            open(at(config.database(), "sslmode=verify-ca&sslrootcert=" + authority.ca())).close();
        } finally {
            showAnew(authority.server("127.0.0.1"));
        }
    }

    /** The server reads its files some time after it was told to. */
    private static void await(Callable<Boolean> condition) {
        Awaitility.await().atMost(PATIENCE).ignoreExceptions().until(condition);
    }

    @Test
    void serverThatIsReplacedByAnother_isNotUsedAnyMore() throws Exception {
        PostgresConfig config = at(server.database().database(), trusting(authority));
        try (Store store = open(config)) {
            Samples.insertUser(store, A);
            showAnew(other.server("127.0.0.1"));
            try {
                await(() -> !refusal(config).isEmpty());
                server.administer("postgres", "SELECT pg_terminate_backend(pid)"
                        + " FROM pg_stat_activity WHERE usename = 'portcullis'");
                ServiceException refused = catchThrowableOfType(
                        ServiceException.class, () -> {
                            store.revision();
                            store.revision();
                        });
                assertThat(refused.code()).isEqualTo(ServiceException.Code.UNAVAILABLE);
            } finally {
                showAnew(authority.server("127.0.0.1"));
            }
            await(() -> store.revision() == 1);
        }
    }

    @ParameterizedTest
    @EnumSource(value = Algorithm.class, names = {"ecp256", "rsa2048", "ed25519"})
    void certificate_standsForThePassword(Algorithm algorithm) throws Exception {
        TestAuthority.Pair own = authority.client("portcullis", algorithm);
        open(certified(own.certificate(), own.key())).close();
    }

    private static PostgresConfig certified(Path certificate, Path key) {
        return at(PostgresServer.BY_CERTIFICATE,
                trusting(authority) + "&sslcert=" + certificate + "&sslkey=" + key)
                .with(PostgresPassword.NONE);
    }

    @Test
    void certificateOfAnother_isRefused() throws Exception {
        TestAuthority.Pair somebody = authority.client("somebody", Algorithm.ecp256);
        assertThat(refusal(certified(somebody.certificate(), somebody.key())))
                .contains("does not let this user in");
        TestAuthority.Pair forged = other.client("portcullis", Algorithm.ecp256);
        assertThat(refusal(certified(forged.certificate(), forged.key())))
                .contains("127.0.0.1");
        assertThat(refusal(at(PostgresServer.BY_CERTIFICATE, trusting(authority))))
                .contains("does not let this user in");
    }

    @Test
    void keyThatIsNone_isNamed() throws Exception {
        TestAuthority.Pair own = authority.client("portcullis", Algorithm.ecp256);
        Path key = own.key();
        String pem = Files.readString(key);
        Files.writeString(key, pem.replace("PRIVATE KEY", "EC PRIVATE KEY"));
        assertThat(refusal(certified(own.certificate(), key)))
                .contains(key.toString(), "PKCS#8").doesNotContain(pem.lines().toList().get(1));
        Files.writeString(key, pem.substring(0, 60));
        assertThat(refusal(certified(own.certificate(), key))).contains(key.toString());
        Files.delete(key);
        assertThat(refusal(certified(own.certificate(), key))).contains(key.toString());
    }
}
