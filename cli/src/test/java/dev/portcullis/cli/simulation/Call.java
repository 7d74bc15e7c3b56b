package dev.portcullis.cli.simulation;

import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * One call over the simulated network, both its ends. The stubs above it are the real ones. Each
 * end's callbacks run on a thread of its process, one after another.
 */
final class Call<Q, R> {
    /** Messages on their way before an end says that it takes no more for now. */
    private static final int WINDOW = 4;

    private final Network network;
    private final MethodDescriptor<Q, R> method;
    private final Mutation mutation;
    final Machine client;
    final Machine server;
    final ClientEnd clientEnd = new ClientEnd();
    private final ServerEnd serverEnd = new ServerEnd();
    private final SimThread clientThread;
    private final SimThread serverThread;
    private final Way toServer;
    private final Way toClient;
    private ClientCall.Listener<R> clientListener;
    private ServerCall.Listener<Q> serverListener;
    private boolean clientClosed;
    /** Whether the client has cancelled it: then it hears of no more messages. */
    private boolean gaveUp;
    private boolean serverCancelled;
    private boolean serverClosed;

    Call(Network network, MethodDescriptor<Q, R> method, Machine client, Machine server,
            Mutation mutation) {
        this.network = network;
        this.method = method;
        this.client = client;
        this.server = server;
        this.mutation = mutation;
        this.clientThread = new SimThread(client);
        this.serverThread = new SimThread(server);
        this.toServer = new Way(client.name, server.name);
        this.toClient = new Way(server.name, client.name);
    }

    boolean over() {
        return clientClosed && (serverClosed || serverCancelled);
    }

    boolean between(Machine one, Machine other) {
        return client == one && server == other || client == other && server == one;
    }

    boolean hasEnd(Machine machine) {
        return client == machine || server == machine;
    }

    /** What is sent one way, in order. */
    private final class Way {
        private final String from;
        private final String to;
        private long last;
        private boolean broken;
        int under;

        Way(String from, String to) {
            this.from = from;
            this.to = to;
        }

        void send(Runnable arrived) {
            if (broken) {
                return;
            }
            last = Math.max(last + 1, network.arrival(from, to));
            network.world.at(last, () -> {
                if (!broken) {
                    arrived.run();
                }
            });
        }
    }

    /** The connection is gone; the ends hear of it after these times. */
    void breakOff(long clientAfter, long serverAfter) {
        toServer.broken = true;
        toClient.broken = true;
        network.world.in(clientAfter, () -> closeClient(
                Status.UNAVAILABLE.withDescription("connection lost")));
        network.world.in(serverAfter, this::cancelServer);
    }

    /** A message; what has come on a stream may come once more: no transport lets it, and yet. */
    private void deliver(Way way, Runnable arrives) {
        way.under++;
        way.send(() -> {
            arrives.run();
            replay(way, arrives);
        });
    }

    private void replay(Way way, Runnable arrives) {
        boolean stream = method.getType() != MethodDescriptor.MethodType.UNARY;
        if (stream && network.faults.replays() && network.world.chance(0.03)) {
            long after = network.world.between(World.MILLI, 20 * World.SECOND);
            network.world.in(after, () -> {
                if (client.alive() && !clientClosed) {
                    way.under++;
                    arrives.run();
                }
            });
        }
    }

    void closeClient(Status status) {
        if (client.alive() && !clientClosed) {
            clientClosed = true;
            clientThread.execute(() -> clientListener.onClose(status, new Metadata()));
        }
    }

    private void cancelServer() {
        if (server.alive() && !serverCancelled && !serverClosed && serverListener != null) {
            serverCancelled = true;
            serverThread.execute(() -> serverListener.onCancel());
        }
    }

    private void open(Metadata headers) {
        Network.Served served = network.at(server.name);
        if (!server.alive() || served == null || served.machine() != server) {
            toClient.send(() -> closeClient(
                    Status.UNAVAILABLE.withDescription("connection refused")));
            return;
        }
        serverThread.execute(() -> serverListener = served.method(method)
                .getServerCallHandler().startCall(serverEnd, headers));
    }

    /** What the gateway's stub sees. */
    final class ClientEnd extends ClientCall<Q, R> {
        private final Deque<R> waiting = new ArrayDeque<>();
        private int wanted;

        @Override
        public void start(Listener<R> listener, Metadata headers) {
            clientListener = listener;
            network.opened(Call.this);
            toServer.send(() -> open(headers));
            clientThread.execute(() -> clientListener.onReady());
        }

        @Override
        public void request(int messages) {
            wanted += messages;
            hand();
        }

        private void arrived(R message) {
            waiting.addLast(message);
            hand();
        }

        private void hand() {
            while (wanted > 0 && !waiting.isEmpty() && client.alive()) {
                wanted--;
                R message = waiting.removeFirst();
                clientThread.execute(() -> {
                    if (!gaveUp) {
                        clientListener.onMessage(message);
                    }
                    if (toClient.under-- == WINDOW) {
                        serverReady();
                    }
                });
            }
        }

        private void serverReady() {
            if (server.alive() && !serverCancelled && !serverClosed) {
                serverThread.execute(() -> serverListener.onReady());
            }
        }

        @Override
        public void cancel(String message, Throwable cause) {
            gaveUp = true;
            closeClient(Status.CANCELLED.withDescription(message));
            toServer.send(Call.this::cancelServer);
        }

        @Override
        public void halfClose() {
            toServer.send(() -> onServer(() -> serverListener.onHalfClose()));
        }

        @Override
        public void sendMessage(Q message) {
            deliver(toServer, () -> onServer(() -> {
                toServer.under--;
                serverListener.onMessage(message);
            }));
        }

        private void onServer(Runnable task) {
            if (server.alive()) {
                serverThread.execute(() -> {
                    if (serverListener != null && !serverCancelled && !serverClosed) {
                        task.run();
                    }
                });
            }
        }

        @Override
        public boolean isReady() {
            return !clientClosed && toServer.under < 8 * WINDOW;
        }
    }

    /** What the origin's stub sees. */
    private final class ServerEnd extends ServerCall<Q, R> {
        @Override
        public void request(int messages) {
            // the origin asks for the next message as it deals with one: there is nothing to hold
        }

        @Override
        public void sendHeaders(Metadata headers) {
            toClient.send(() -> {});
        }

        @Override
        public void sendMessage(R message) {
            R sent = mutation.toGateway(message);
            deliver(toClient, () -> {
                if (client.alive()) {
                    clientEnd.arrived(sent);
                }
            });
        }

        @Override
        public void close(Status status, Metadata trailers) {
            serverClosed = true;
            toClient.send(() -> closeClient(status));
        }

        @Override
        public boolean isReady() {
            return !serverCancelled && !serverClosed && toClient.under < WINDOW;
        }

        @Override
        public boolean isCancelled() {
            return serverCancelled;
        }

        @Override
        public MethodDescriptor<Q, R> getMethodDescriptor() {
            return method;
        }
    }
}
