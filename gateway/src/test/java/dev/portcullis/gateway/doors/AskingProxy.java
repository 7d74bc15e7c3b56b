package dev.portcullis.gateway.doors;

import java.net.InetSocketAddress;

/** A proxy in front of an application that asks before it forwards. */
interface AskingProxy extends AutoCloseable {
    /** Where clients connect to. */
    InetSocketAddress address();

    @Override
    void close() throws Exception;
}
