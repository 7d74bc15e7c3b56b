package dev.portcullis.cli.demo;

import dev.portcullis.cli.config.Address;
import java.io.IOException;
import java.net.ServerSocket;

/** Finds out whether a port is taken. */
final class FreePorts {
    private FreePorts() {}

    /** The address as it is when nobody listens there now, else the same host with port 0. */
    static String orFree(String text) {
        Address address = Address.of(text);
        try (ServerSocket probe = new ServerSocket()) {
            probe.bind(address.resolve());
            return text;
        } catch (IOException taken) {
            return new Address(address.host(), 0).toString();
        }
    }
}
