package dev.portcullis.gateway.upstream;

import java.net.InetAddress;
import java.net.UnknownHostException;

/** How names are looked up: the machine's resolver, or a test's. Any thread. */
@FunctionalInterface
interface NameLookup {
    /**
     * All addresses of a name, which may take seconds. An address in text is its own.
     *
     * @throws UnknownHostException when there are none, or nobody could be asked
     */
    InetAddress[] lookUp(String host) throws UnknownHostException;
}
