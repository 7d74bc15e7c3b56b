package dev.portcullis.cli.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is wrong with an application is told at its own place, on every level. */
class ApplicationMistakesTest {
    @Test
    void mistakesOnEveryLevel_areToldAtOnce() {
        assertThat(mistakes("""
                data: d
                applications:
                  - name: a
                    upstream: http://a:1
                    timeouts: {conect: 1s, response: 5}
                    rules:
                      - {methods: [get, TRACE, "A B"], access: reed}
                      - {pth: /x, access: read}
                      - {path: /x}
                    limits:
                      rate: 100
                      exchangs: 3
                    request_headers: {set: {Host: "a b", X-Portcullis-User: me}, remove: [Te]}
                """)).hasMessage("""
                13 mistakes in the configuration
                  f.yaml:7:20: applications: rules: methods: 'get': methods are case-sensitive; \
                did you mean GET?
                  f.yaml:7:25: applications: rules: methods: TRACE is refused by the gateway, \
                whatever is configured
                  f.yaml:7:32: applications: rules: methods: 'A B' is not a method (RFC 9110), \
                such as GET
                  f.yaml:7:48: applications: rules: access: 'reed' is not one of read, write
                  f.yaml:9:9: applications: rules: access: a rule says either access: read, \
                access: write or auth: none
                  f.yaml:13:42: applications: request_headers.set: 'X-Portcullis-User': fields \
                of this name are the gateway's own
                  f.yaml:13:35: applications: request_headers.set.Host: 'a b' is not a host
                  f.yaml:13:75: applications: request_headers.remove: 'Te': the gateway itself \
                decides about this field
                  f.yaml:5:38: applications: timeouts.response: '5' has no unit; units are ms, \
                s, m, h, d
                  f.yaml:11:13: applications: limits.rate: '100' is not a rate, such as 100/s, \
                6000/m or 1000/h
                  f.yaml:8:10: applications: rules: pth: unknown key; did you mean 'path'?
                  f.yaml:5:16: applications: timeouts.conect: unknown key; did you mean \
                'connect'?
                  f.yaml:12:7: applications: limits.exchangs: unknown key; did you mean \
                'exchanges'?""".indent(0).stripTrailing());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            host: '*.*.a'              | applications: host: '*.*.a': a wildcard stands
            host: a.*.b                | a wildcard stands for the first labels alone
            host: '*'                  | a wildcard stands for the first labels alone
            host: '*.10.0.0'           | a wildcard stands for the first labels alone
            path: /a;b                 | applications: path: '/a;b' is not a path
            path: /a/*                 | a path stands for all that is below it
            path: /a//b                | has an empty segment
            path: /a/../b              | has a segment . or ..
            path: /%61                 | is not a path that begins with /
            methods: GET               | applications: methods: expected a list
            methods: []                | methods: an empty list
            methods: [GET, GET]        | applications: methods: 'GET' is given twice
            methods: [CONNECT]         | CONNECT is refused by the gateway
            methods: [{a: b}]          | methods: expected a single value
            headers: {Host: a}         | applications: headers: 'Host' is no field that
            headers: {authorization: x} | 'authorization': the gateway itself decides
            headers: {X-A: b, x-a: c}  | headers: 'x-a' is given twice
            headers: {X_Portcullis.User: b} | fields of this name are the gateway's own
            headers: {Cookie: b}       | 'Cookie' cannot choose an application
            headers: {"X A": b}        | 'X A' is not a header name
            headers: {X-A: "b\\r\\nc: d"} | headers.X-A: a value is 1 to 2048 visible ASCII
            headers: [a]               | headers: expected keys with values below it
            auth: no                   | applications: auth: 'no' is not one of none, token
            auth: none, rules: [{access: read}] | so that these would decide nothing
            rules: {access: read}      | rules: expected a list
            rules: [read]              | rules: expected keys with values
            rules: [{access: read, auth: none}] | a rule says either
            path: /a, rules: [{access: read, path: /b}] | '/b' is never below the application's
            path: /a, rules: [{access: read, path: /ab*}] | '/ab*' is never below
            grpc: {read_methods: [Get]} | 'Get' is not /package.Service/Method
            grpc: {descriptor_set: x.binpb} | grpc.descriptor_set: x.binpb: no such file
            """)
    void mistakeInWhatItIsFor_saysWhatIsWrong(String fields, String expected) {
        assertMistake(fields, expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            upstreams: ['http://b:1']  | applications: upstreams: upstream is given as well
            protocol: h2               | applications: protocol: 'h2' is not one of auto
            protocol: auto             | auto needs an https upstream
            upstream_tls: {server_name: b} | the upstream is http, where no TLS is spoken
            upstream_tls: {ca: none.pem} | upstream_tls.ca: none.pem: no such file
            upstream_tls: {key: .}     | upstream_tls.key: .: is a directory
            upstream_tls: {key: a}     | upstream_tls.certificate: missing
            strip_prefix: yes          | 'yes' is neither true nor false
            strip_prefix: true, rewrite_prefix: /b | strip_prefix is given as well
            auth: none, limits: {rate: 1/s} | it is that of a token, and auth: none looks at none
            request_headers: {set: {Connection: a}} | the gateway itself decides about this field
            request_headers: {set: {Authorization: a}} | the gateway itself decides about this
            request_headers: {set: {X-Forwarded-For: a}} | fields of this name are the gateway's
            response_headers: {set: {Host: a}} | 'Host' is no field that can be changed
            response_headers: {set: {A: b}, remove: [a]} | 'a' is also set
            response_headers: {delete: [a]} | response_headers.delete: unknown key
            timeouts: 5s               | timeouts: expected keys with values below it
            timeouts: {exchange: 0s}   | 0s is not between 1ms and 7d
            limits: {body: 0B}         | 0B is not between 1B and 1024GiB
            limits: {exchanges: 0}     | 0 is not between 1 and 1000000
            limits: {rate: 0/s}        | 0 is not between 1 and 10000000
            limits: {rate: 5/d}        | '5/d' is not a rate
            limits: {rate: 5/s, burst: 0} | limits.burst: 0 is not between 1 and 10000000
            limits: {burst: 5}         | limits.burst: there is no rate
            health: {interval: 5s}     | health.path: missing
            health: {path: healthz}    | 'healthz' is not a path that begins with /
            health: {path: '/a b'}     | '/a b' is not a path that begins with /
            health: {path: /, timeout: 1ms} | 1ms is not between 10ms and 10m
            outliers: {ejected_percent_max: 101} | 101 is not between 0 and 100
            outliers: {ejection: 1h}   | ejection, 1h, is longer than ejection_max, 5m
            retry: {attempts: 0}       | retry.attempts: 0 is not between 1 and 10
            retry: {budget_percent: -1} | -1 is not between 0 and 100
            slow_start: 1ms            | 1ms is not between 1s and 1h
            """)
    void mistakeInWhereItGoes_saysWhatIsWrong(String fields, String expected) {
        assertMistake(fields, expected);
    }

    private static void assertMistake(String fields, String expected) {
        String file = "data: d\napplications:\n"
                + "  - {name: x, upstream: 'http://a:1'}\n"
                + "  - {" + fields + ", name: a, upstream: 'http://a:1'}\n";

        assertThat(mistakes(file).getMessage()).contains("f.yaml:4:")
                .contains(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            upstreams: ['http://a:1', 'https://b:1'] | upstreams: http and https are mixed
            upstreams: ['http://a:1', 'http://a:1'] | 'http://a:1' is given twice
            upstreams: ['http://a:1', 'b:1']        | upstreams: 'b:1' is not http://host:port
            upstreams: ['http://u:geheim@a']        | a user name or password in the URL
            upstreams: []                           | upstreams: an empty list
            host: a                                 | upstream: missing
            upstream:                               | upstream: no value
            """)
    void endpoints_areOfOneKind(String fields, String expected) {
        assertThat(mistakes("data: d\napplications: [{name: a, " + fields + "}]").getMessage())
                .contains(expected).doesNotContain("geheim");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            ``                       | ``                      | / is taken
            path: /a                 | path: /a                | /a is taken, at
            path: /a                 | path: /ab               | ``
            methods: [GET]           | methods: [GET]          | / is taken, at
            methods: [GET, PUT]      | methods: [GET]          | is taken with all that is asked
            methods: [GET]           | methods: [GET, PUT]     | ``
            methods: [GET]           | ``                      | ``
            ``                       | methods: [GET]          | ``
            headers: {a: '1'}        | headers: {A: '1'}       | / is taken, at
            headers: {a: '*'}        | headers: {a: '1'}       | is taken with all that is asked
            headers: {a: '1'}        | headers: {a: '*'}       | ``
            headers: {a: '1'}        | headers: {a: '1', b: c} | ``
            host: A.b                | host: a.B               | a.b/ is taken, at
            host: '*.b'              | host: '*.b'             | *.b/ is taken, at
            host: '*.b'              | host: a.b               | ``
            """)
    void applicationThatNoRequestReaches_isAMistake(
            String first, String second, String expected) {
        String file = "data: d\napplications:\n"
                + "  - {name: x, upstream: 'http://a:1', " + first + "}\n"
                + "  - {name: y, upstream: 'http://a:1', " + second + "}\n";
        if (expected.isEmpty()) {
            assertThat(ConfigLoader.loadText("f.yaml", file, Map.of(), Map.of()).applications())
                    .hasSize(2);
        } else {
            assertThat(mistakes(file)).hasMessageContaining(expected);
        }
    }

    @Test
    void descriptorSetThatIsNone_isToldAtItsPlace(@TempDir Path directory) throws IOException {
        Path file = Files.writeString(directory.resolve("a.binpb"), "not a descriptor set");

        assertThat(mistakes("data: d\napplications:\n  - name: a\n    upstream: http://a:1\n"
                + "    grpc: {descriptor_set: " + file + "}\n"))
                .hasMessageContaining("f.yaml:5:28: applications: a: grpc: descriptor_set: " + file
                        + ": is not a FileDescriptorSet");
    }

    @Test
    void certificatesThatCannotBeUsed_areToldAtTheirPlaces(@TempDir Path directory)
            throws IOException {
        Path junk = Files.writeString(directory.resolve("junk.pem"), "no certificate");
        TestPem pem = TestPem.in(directory);

        assertThat(mistakes("""
                data: d
                tls_listen: 127.0.0.1:0
                tls:
                  client_certificates: optional
                  client_ca: JUNK
                  certificates:
                    - JUNK=KEY
                applications:
                  - name: a
                    upstream: https://a
                    upstream_tls:
                      ca: JUNK
                """.replace("JUNK", junk.toString()).replace("KEY", pem.key().toString())))
                .hasMessageContaining("f.yaml:12:7: applications: a: upstream_tls: " + junk)
                .hasMessageContaining("f.yaml:5:14: tls.client_ca: " + junk);
    }

    private static ConfigException mistakes(String file) {
        ConfigException mistakes = catchThrowableOfType(ConfigException.class,
                () -> ConfigLoader.loadText("f.yaml", file, Map.of(), Map.of()));
        assertThat(mistakes).as(file).isNotNull();
        return mistakes;
    }
}
