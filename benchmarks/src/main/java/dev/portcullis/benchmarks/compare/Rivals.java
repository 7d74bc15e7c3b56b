package dev.portcullis.benchmarks.compare;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/** The rivals by name, and how those that are not ours are configured. */
final class Rivals {
    /** All of them, in the order of the table. */
    static final List<String> NAMES = List.of("portcullis", "haproxy", "nginx", "netty", "bytes");

    /** The file of tokens, one on each line, in the site's folder. */
    static final String TOKENS = "tokens";

    private Rivals() {}

    static Rival of(String name) {
        return switch (name) {
            case "portcullis" -> Portcullis.here();
            case "haproxy" -> new Haproxy();
            case "nginx" -> new Nginx();
            case "netty" -> new Relay("netty", NettyRelay.class, true);
            case "bytes" -> new Relay("bytes", BytesRelay.class, false);
            default -> throw new IllegalArgumentException(name);
        };
    }

    /** A relay of ours on bare Netty. */
    private record Relay(String name, Class<?> main, boolean checks) implements Rival {
        @Override
        public String missing() {
            return null;
        }

        @Override
        public Process start(Task task, int port) throws IOException {
            Site site = task.site();
            return site.start(Site.Side.PROXY, name, site.java(
                    main, port, task.upstreamPort(), site.folder().resolve(TOKENS)));
        }
    }

    /** HAProxy with a map of the tokens' SHA-256, one thread. */
    private record Haproxy() implements Rival {
        private static final String CONFIG = """
                global
                  nbthread 1
                  maxconn 4096
                defaults
                  mode http
                  timeout connect 5s
                  timeout client 60s
                  timeout server 60s
                  option http-keep-alive
                  http-reuse always
                frontend gate
                  bind 127.0.0.1:%d
                  http-request deny deny_status 401 unless \
                { http_auth_bearer,sha2(256),hex,map_str(%s) -m found }
                  default_backend api
                backend api
                  server one 127.0.0.1:%d
                """;

        @Override
        public String name() {
            return "haproxy";
        }

        @Override
        public String missing() {
            return Site.find("haproxy") == null ? "haproxy is not installed" : null;
        }

        @Override
        public boolean checks() {
            return true;
        }

        @Override
        public Process start(Task task, int port) throws IOException {
            Path map = task.site().folder().resolve("haproxy.map");
            StringBuilder lines = new StringBuilder();
            for (String token : task.tokens()) {
                lines.append(sha256(token)).append(" 1\n");
            }
            Files.writeString(map, lines);
            Path config = task.site().folder().resolve("haproxy.cfg");
            Files.writeString(config, CONFIG.formatted(port, map, task.upstreamPort()));
            return task.site().start(Site.Side.PROXY, name(),
                    List.of(Site.find("haproxy"), "-db", "-f", config.toString()));
        }

        private static String sha256(String token) {
            try {
                byte[] digest = MessageDigest.getInstance("SHA-256")
                        .digest(token.getBytes(StandardCharsets.US_ASCII));
                return HexFormat.of().withUpperCase().formatHex(digest);
            } catch (NoSuchAlgorithmException e) {
                throw new IllegalStateException("every JDK has SHA-256", e);
            }
        }
    }

    /** nginx with a map of the plain header, which it does not hash, one process. */
    private record Nginx() implements Rival {
        private static final String CONFIG = """
                daemon off;
                master_process off;
                pid %1$s/nginx.pid;
                error_log %1$s/nginx.log;
                events { worker_connections 4096; }
                http {
                  access_log off;
                  keepalive_requests 1000000000;
                  client_body_temp_path %1$s/nginx-client;
                  proxy_temp_path %1$s/nginx-proxy;
                  fastcgi_temp_path %1$s/nginx-fastcgi;
                  uwsgi_temp_path %1$s/nginx-uwsgi;
                  scgi_temp_path %1$s/nginx-scgi;
                  map_hash_max_size 65536;
                  map_hash_bucket_size 256;
                  map $http_authorization $known { default 0; include %1$s/nginx.map; }
                  upstream api {
                    server 127.0.0.1:%2$d;
                    keepalive 256;
                    keepalive_requests 1000000000;
                  }
                  server {
                    listen 127.0.0.1:%3$d;
                    location / {
                      if ($known = 0) { return 401; }
                      proxy_pass http://api;
                      proxy_http_version 1.1;
                      proxy_set_header Connection "";
                    }
                  }
                }
                """;

        @Override
        public String name() {
            return "nginx";
        }

        @Override
        public String missing() {
            return Site.find("nginx") == null ? "nginx is not installed" : null;
        }

        @Override
        public boolean checks() {
            return true;
        }

        @Override
        public Process start(Task task, int port) throws IOException {
            Path folder = task.site().folder();
            StringBuilder lines = new StringBuilder();
            for (String token : task.tokens()) {
                lines.append("\"Bearer ").append(token).append("\" 1;\n");
            }
            Files.writeString(folder.resolve("nginx.map"), lines);
            Path config = folder.resolve("nginx.conf");
            Files.writeString(config, CONFIG.formatted(folder, task.upstreamPort(), port));
            return task.site().start(Site.Side.PROXY, name(), List.of(
                    Site.find("nginx"), "-p", folder.toString(), "-c", config.toString()));
        }
    }
}
