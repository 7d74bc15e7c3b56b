package dev.portcullis.cli.config;

import dev.portcullis.gateway.l2.RedisConfig;
import dev.portcullis.gateway.tls.LinkFiles;
import dev.portcullis.gateway.tls.LinkTls;
import dev.portcullis.gateway.tls.ServerTls;
import dev.portcullis.gateway.tls.TlsConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What must hold between settings, or of one beyond its form. Only what was read is looked at: a
 * value that is missing for a mistake already told causes no second one.
 */
final class RelationChecks {
    private static final List<Setting<Address>> LISTENS = List.of(Settings.LISTEN,
            Settings.TLS_LISTEN, Settings.ADMIN_LISTEN, Settings.REST_LISTEN,
            Settings.ORIGIN_LISTEN, Settings.MANAGEMENT_LISTEN,
            Settings.EXTERNAL_AUTHORIZATION_LISTEN);

    private final Purpose purpose;
    private final Map<Setting<?>, Configuration.Value> values;
    /** Settings for which something was written, be it readable or not. */
    private final Set<Setting<?>> written;
    private final Mistakes mistakes;

    RelationChecks(Purpose purpose, Map<Setting<?>, Configuration.Value> values,
            Set<Setting<?>> written, Mistakes mistakes) {
        this.purpose = purpose;
        this.values = values;
        this.written = written;
        this.mistakes = mistakes;
    }

    void check() {
        pepper();
        if (purpose != Purpose.GATEWAY) {
            lifetimes();
            database();
            loopback(Settings.ADMIN_LISTEN);
            loopback(Settings.REST_LISTEN);
            originListen();
        }
        if (purpose != Purpose.ADMIN) {
            tls();
            heads();
            redis();
            loopback(Settings.EXTERNAL_AUTHORIZATION_LISTEN);
        }
        if (purpose == Purpose.GATEWAY) {
            origin();
        }
        ports();
    }

    /** Enrolments' credentials travel there. */
    private void originListen() {
        Address address = get(Settings.ORIGIN_LISTEN);
        boolean tls = written.contains(Settings.ORIGIN_TLS_CERTIFICATE);
        together(Settings.ORIGIN_TLS_CERTIFICATE, Settings.ORIGIN_TLS_KEY);
        needs(written.contains(Settings.ORIGIN_TLS_CLIENT_CA), Settings.ORIGIN_TLS_CLIENT_CA,
                Settings.ORIGIN_TLS_CERTIFICATE);
        needs(tls, Settings.ORIGIN_TLS_CERTIFICATE, Settings.ORIGIN_LISTEN);
        if (address != null && !tls && !address.isLoopback()) {
            mistakes.add(origin(Settings.ORIGIN_LISTEN), Settings.ORIGIN_LISTEN.key() + ": "
                    + address + " is not a loopback address, and without TLS gateways' "
                    + "credentials would cross the network in plain text; give "
                    + Settings.ORIGIN_TLS_CERTIFICATE.key() + " and "
                    + Settings.ORIGIN_TLS_KEY.key());
        }
    }

    /** The same from the other end. */
    private void origin() {
        List<Address> addresses = get(Settings.ORIGIN);
        together(Settings.ORIGIN_CERTIFICATE, Settings.ORIGIN_KEY);
        needs(written.contains(Settings.ORIGIN_CERTIFICATE), Settings.ORIGIN_CERTIFICATE,
                Settings.ORIGIN_CA);
        if (addresses == null || written.contains(Settings.ORIGIN_CA)) {
            return;
        }
        for (Address address : addresses) {
            if (!address.isLoopback()) {
                mistakes.add(origin(Settings.ORIGIN), Settings.ORIGIN.key() + ": " + address
                        + " is not a loopback address, and without TLS this gateway's credential "
                        + "would cross the network in plain text; give "
                        + Settings.ORIGIN_CA.key());
            }
        }
    }

    private void redis() {
        RedisConfig.Mode mode = get(Settings.REDIS_MODE);
        List<Address> nodes = get(Settings.REDIS_NODES);
        boolean sentinel = mode == RedisConfig.Mode.SENTINEL;
        for (Setting<?> setting : List.of(Settings.REDIS_SENTINEL_MASTER, Settings.REDIS_USER,
                Settings.REDIS_PASSWORD_FILE, Settings.REDIS_CA)) {
            needs(written.contains(setting), setting, Settings.REDIS_NODES);
        }
        needs(mode != null && mode != RedisConfig.Mode.SINGLE, Settings.REDIS_MODE,
                Settings.REDIS_NODES);
        needs(Boolean.TRUE.equals(get(Settings.REDIS_TLS)), Settings.REDIS_TLS,
                Settings.REDIS_NODES);
        needs(sentinel, Settings.REDIS_MODE, Settings.REDIS_SENTINEL_MASTER);
        needs(written.contains(Settings.REDIS_USER), Settings.REDIS_USER,
                Settings.REDIS_PASSWORD_FILE);
        needs(written.contains(Settings.REDIS_SENTINEL_USER), Settings.REDIS_SENTINEL_USER,
                Settings.REDIS_SENTINEL_PASSWORD_FILE);
        needs(written.contains(Settings.REDIS_SENTINEL_PASSWORD_FILE),
                Settings.REDIS_SENTINEL_PASSWORD_FILE, Settings.REDIS_SENTINEL_MASTER);
        if (written.contains(Settings.REDIS_SENTINEL_MASTER) && mode != null && !sentinel) {
            mistakes.add(origin(Settings.REDIS_SENTINEL_MASTER),
                    Settings.REDIS_SENTINEL_MASTER.key() + ": " + Settings.REDIS_MODE.key()
                            + " is not sentinel");
        }
        if (mode == RedisConfig.Mode.SINGLE && nodes != null && nodes.size() > 1) {
            mistakes.add(origin(Settings.REDIS_NODES), Settings.REDIS_NODES.key() + ": more than "
                    + "one, and " + Settings.REDIS_MODE.key() + " is single");
        }
        if (written.contains(Settings.REDIS_CA) && Boolean.FALSE.equals(get(Settings.REDIS_TLS))) {
            mistakes.add(origin(Settings.REDIS_CA), Settings.REDIS_CA.key() + ": "
                    + Settings.REDIS_TLS.key() + " is false");
        }
    }

    private void together(Setting<?> one, Setting<?> other) {
        needs(written.contains(one), one, other);
        needs(written.contains(other), other, one);
    }

    private void lifetimes() {
        Duration usual = get(Settings.TOKENS_DEFAULT_LIFETIME);
        Duration longest = get(Settings.TOKENS_MAX_LIFETIME);
        if (usual != null && longest != null && usual.compareTo(longest) > 0) {
            clash(Settings.TOKENS_DEFAULT_LIFETIME, "is longer than", Settings.TOKENS_MAX_LIFETIME);
        }
    }

    private void database() {
        needs(written.contains(Settings.DATABASE_PASSWORD_FILE), Settings.DATABASE_PASSWORD_FILE,
                Settings.DATABASE);
        Path password = get(Settings.DATABASE_PASSWORD_FILE);
        if (password == null) {
            return;
        }
        try {
            // what is in it is looked at when a connection is made
            SecretFile.octets(password, 0);
        } catch (BadValueException e) {
            mistakes.add(origin(Settings.DATABASE_PASSWORD_FILE),
                    Settings.DATABASE_PASSWORD_FILE.key() + ": " + password + " "
                            + e.getMessage());
        }
    }

    private void pepper() {
        String current = get(Settings.TOKENS_PEPPER);
        PepperFiles files = get(Settings.TOKENS_PEPPERS);
        if (current != null && (files == null || !files.files().containsKey(current))) {
            // when the list itself cannot be read, that has been told
            mistakes.add(values.get(Settings.TOKENS_PEPPER).origin(), Settings.TOKENS_PEPPER.key()
                    + ": '" + current + "' is not among " + Settings.TOKENS_PEPPERS.key()
                    + (files == null ? "" : ": " + String.join(", ", files.files().keySet())));
        }
    }

    /** What was meant to protect and would not is a mistake, not a thing to be passed over. */
    private void tls() {
        TlsConfig.Clients clients = get(Settings.TLS_CLIENT_CERTIFICATES);
        boolean asked = clients != null && clients != TlsConfig.Clients.NONE;
        needs(written.contains(Settings.TLS_LISTEN), Settings.TLS_LISTEN,
                Settings.TLS_CERTIFICATES);
        needs(written.contains(Settings.TLS_CERTIFICATES), Settings.TLS_CERTIFICATES,
                Settings.TLS_LISTEN);
        needs(asked, Settings.TLS_CLIENT_CERTIFICATES, Settings.TLS_LISTEN);
        needs(asked, Settings.TLS_CLIENT_CERTIFICATES, Settings.TLS_CLIENT_CA);
        if (written.contains(Settings.TLS_CLIENT_CA) && clients == TlsConfig.Clients.NONE) {
            mistakes.add(origin(Settings.TLS_CLIENT_CA), Settings.TLS_CLIENT_CA.key()
                    + ": clients are not asked for a certificate; give "
                    + Settings.TLS_CLIENT_CERTIFICATES.key() + ": optional or required");
        }
    }

    private void needs(boolean given, Setting<?> one, Setting<?> other) {
        if (given && !written.contains(other)) {
            mistakes.add(origin(one), one.key() + ": " + other.key() + " is missing");
        }
    }

    private Origin origin(Setting<?> setting) {
        Configuration.Value value = values.get(setting);
        return value == null ? Origin.DEFAULT : value.origin();
    }

    /** Certificates, their keys and authorities are there and can be used, by a clock. */
    void files(InstantSource clock) {
        if (purpose.hasGateway()) {
            clientTlsFiles(clock);
            secret(Settings.REDIS_PASSWORD_FILE);
            secret(Settings.REDIS_SENTINEL_PASSWORD_FILE);
            authorities(Settings.REDIS_CA, clock);
        }
        if (purpose.hasAdmin()) {
            linkFiles(Settings.ORIGIN_TLS_CERTIFICATE, Settings.ORIGIN_TLS_KEY,
                    Settings.ORIGIN_TLS_CLIENT_CA, clock);
        }
        if (purpose == Purpose.GATEWAY) {
            linkFiles(Settings.ORIGIN_CERTIFICATE, Settings.ORIGIN_KEY, Settings.ORIGIN_CA, clock);
            secret(Settings.ORIGIN_TOKEN_FILE);
        }
    }

    private void authorities(Setting<Path> setting, InstantSource clock) {
        for (String mistake : LinkTls.mistakes(
                new LinkFiles(null, null, get(setting)), clock)) {
            mistakes.add(origin(setting), setting.key() + ": " + mistake);
        }
    }

    private void secret(Setting<Path> setting) {
        Path file = get(setting);
        if (file == null) {
            return;
        }
        try {
            SecretFile.read(file);
        } catch (BadValueException e) {
            mistakes.add(origin(setting), setting.key() + ": " + file + " " + e.getMessage());
        }
    }

    /** The files of one end of the link between gateways and admin-service. */
    private void linkFiles(Setting<Path> certificate, Setting<Path> key, Setting<Path> ca,
            InstantSource clock) {
        boolean pair = get(certificate) != null && get(key) != null;
        LinkFiles files = new LinkFiles(
                pair ? get(certificate) : null, pair ? get(key) : null, get(ca));
        for (String mistake : LinkTls.mistakes(files, clock)) {
            Setting<Path> wrong = Stream.of(certificate, key, ca)
                    .filter(setting -> get(setting) != null
                            && mistake.startsWith(get(setting) + ":"))
                    .findFirst()
                    .orElse(ca);
            mistakes.add(origin(wrong), wrong.key() + ": " + mistake);
        }
    }

    private void clientTlsFiles(InstantSource clock) {
        int before = mistakes.count();
        CertificateFiles certificates = get(Settings.TLS_CERTIFICATES);
        if (certificates != null) {
            certificates.paths().forEach(path -> file(Settings.TLS_CERTIFICATES, path));
        }
        Path ca = get(Settings.TLS_CLIENT_CA);
        if (ca != null) {
            file(Settings.TLS_CLIENT_CA, ca);
        }
        if (certificates == null || mistakes.count() > before) {
            return;
        }
        TlsConfig.Clients clients = ca == null ? TlsConfig.Clients.NONE
                : TlsConfig.Clients.OPTIONAL;
        for (String mistake : ServerTls.mistakes(
                new TlsConfig(certificates.files(), clients, ca, false), clock)) {
            boolean ofCa = ca != null && mistake.startsWith(ca + ":");
            Setting<?> setting = ofCa ? Settings.TLS_CLIENT_CA : Settings.TLS_CERTIFICATES;
            mistakes.add(origin(setting), setting.key() + ": " + mistake);
        }
    }

    private void file(Setting<?> setting, Path path) {
        String wrong = FileChecks.wrong(path);
        if (wrong != null) {
            mistakes.add(origin(setting), setting.key() + ": " + wrong);
        }
    }

    private void heads() {
        Integer line = get(Settings.LIMITS_REQUEST_LINE);
        Integer head = get(Settings.LIMITS_HEAD);
        if (line != null && head != null && line > head) {
            clash(Settings.LIMITS_REQUEST_LINE, "is larger than", Settings.LIMITS_HEAD);
        }
    }

    /** Tokens travel over these ports in plain text. */
    private void loopback(Setting<Address> setting) {
        Address address = get(setting);
        if (address != null && !address.isLoopback()) {
            mistakes.add(values.get(setting).origin(), setting.key() + ": " + address
                    + " is not a loopback address, and tokens would cross the network in plain "
                    + "text; listen on 127.0.0.1 and reach it through a tunnel");
        }
    }

    private void ports() {
        List<Setting<Address>> listens = LISTENS.stream().filter(purpose::uses).toList();
        for (int i = 0; i < listens.size(); i++) {
            for (int j = i + 1; j < listens.size(); j++) {
                Address one = get(listens.get(i));
                Address other = get(listens.get(j));
                if (one != null && other != null && overlap(one, other)) {
                    clash(listens.get(i), "is also", listens.get(j));
                }
            }
        }
    }

    private static boolean overlap(Address one, Address other) {
        if (one.port() == 0 || one.port() != other.port()) {
            return false;
        }
        return one.host().equals(other.host())
                || one.isWildcard()
                || other.isWildcard()
                || one.host().equals("localhost") && other.isLoopback()
                || other.host().equals("localhost") && one.isLoopback();
    }

    /** Told at the place of the one that was given; at the first where both were. */
    private <T> void clash(Setting<T> one, String relation, Setting<T> other) {
        Origin origin = values.get(one).origin();
        if (origin.kind() == Origin.Kind.DEFAULT) {
            origin = values.get(other).origin();
        }
        mistakes.add(origin, one.key() + ": " + one.type().print(get(one)) + " " + relation + " "
                + other.key() + ", " + other.type().print(get(other)));
    }

    /** Null when what was given cannot be read. */
    @SuppressWarnings("unchecked") // only the setting's own type has made the value
    private <T> T get(Setting<T> setting) {
        Configuration.Value value = values.get(setting);
        return value == null ? null : (T) value.value();
    }
}
