package dev.portcullis.cli.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where to listen or to connect: {@code host:port}. Immutable.
 *
 * @param host an IPv4 address, an IPv6 address without brackets, or a name in lower case
 * @param port 0 to 65535; 0 lets the system choose when listening
 */
public record Address(String host, int port) {
    private static final Pattern FORM =
            Pattern.compile("(?:\\[([^\\]]*)\\]|([^:\\[\\]]*)):(\\d{1,5})");
    private static final Pattern NAME = Pattern.compile(
            "(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
                    + "(\\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*");
    private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
    private static final int PORT_MAX = 65_535;

    /**
     * The address that {@code text} says.
     *
     * @throws IllegalArgumentException when it is none; the message says why
     */
    public static Address of(String text) {
        try {
            return parse(text);
        } catch (BadValueException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /** The address that a socket is bound or connected to. */
    public static Address of(InetSocketAddress socket) {
        return new Address(socket.getAddress().getHostAddress(), socket.getPort());
    }

    static Address parse(String text) throws BadValueException {
        Matcher form = FORM.matcher(text);
        if (!form.matches()) {
            throw new BadValueException("'" + text + "' is not host:port, such as 127.0.0.1:8080, "
                    + "[::1]:8080 or localhost:8080");
        }
        int port = Integer.parseInt(form.group(3));
        if (port > PORT_MAX) {
            throw new BadValueException("port " + port + " is above " + PORT_MAX);
        }
        if (form.group(1) != null) {
            return new Address(ipv6(form.group(1)), port);
        }
        return new Address(host(form.group(2)), port);
    }

    /** An IPv4 address or a name, in lower case. */
    static String host(String text) throws BadValueException {
        String host = text.toLowerCase(Locale.ROOT);
        boolean valid = DIGITS_AND_DOTS.matcher(host).matches()
                ? isIpv4(host)
                : NAME.matcher(host).matches();
        if (!valid) {
            throw new BadValueException("'" + text + "' is neither an IP address nor a host name");
        }
        return host;
    }

    private static boolean isIpv4(String text) {
        String[] parts = text.split("\\.", -1);
        if (parts.length != 4) {
            return false;
        }
        for (String part : parts) {
            boolean octet = part.matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(part) <= 255;
            if (!octet) {
                return false;
            }
        }
        return true;
    }

    private static String ipv6(String text) throws BadValueException {
        // only what can be nothing but a literal may reach the resolver, which would ask DNS
        if (text.indexOf(':') >= 0 && text.matches("[0-9A-Fa-f:.]{2,45}")) {
            try {
                InetAddress.getByName(text);
                return text.toLowerCase(Locale.ROOT);
            } catch (UnknownHostException notAnAddress) {
                // falls through to the one message
            }
        }
        throw new BadValueException("'[" + text + "]' is not an IPv6 address");
    }

    /**
     * Is it for certain an address of this machine alone? Names are not looked up; of them only
     * {@code localhost} is believed.
     */
    public boolean isLoopback() {
        return host.equals("localhost")
                || host.startsWith("127.") && DIGITS_AND_DOTS.matcher(host).matches()
                || host.indexOf(':') >= 0 && literal().getAddress().isLoopbackAddress();
    }

    /** Does it stand for all addresses of this machine? */
    boolean isWildcard() {
        return host.equals("0.0.0.0")
                || host.indexOf(':') >= 0 && literal().getAddress().isAnyLocalAddress();
    }

    /** With the name looked up, which may block; check {@link InetSocketAddress#isUnresolved}. */
    public InetSocketAddress resolve() {
        return new InetSocketAddress(host, port);
    }

    private InetSocketAddress literal() {
        return new InetSocketAddress(host, port);
    }

    /** As it is written in configuration. */
    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
