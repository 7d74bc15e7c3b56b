package dev.portcullis.gateway.route;

import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.MethodDescriptorProto;
import com.google.protobuf.DescriptorProtos.MethodOptions.IdempotencyLevel;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.InvalidProtocolBufferException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The gRPC methods of an application that read. Immutable; any thread. */
final class GrpcMethods {
    private static final int FILE_BYTES_MAX = 16 * 1024 * 1024;

    /** A whole path, to where it was found. */
    private final OctetMap<String> exact;
    /** Those with a star at their end, and as they were written. */
    private final List<PathPattern> prefixes = new ArrayList<>();

    private final List<String> written = new ArrayList<>();

    /** Patterns and paths that are well-formed; a path has what it came from as its value. */
    private GrpcMethods(List<String> patterns, Map<String, String> paths) {
        Map<String, String> all = new HashMap<>(paths);
        for (String pattern : patterns) {
            if (pattern.endsWith("*")) {
                prefixes.add(new PathPattern(pattern));
                written.add(pattern);
            } else {
                all.put(pattern, "the pattern " + pattern);
            }
        }
        exact = new OctetMap<>(all, false);
    }

    /** Compiles them; null when there are none. What is wrong is told to {@code mistakes}. */
    static GrpcMethods of(RouteConfig.GrpcReads reads, List<String> mistakes) {
        if (reads.equals(RouteConfig.GrpcReads.NONE)) {
            return null;
        }
        Map<String, String> paths = new HashMap<>();
        if (reads.descriptorSet() != null) {
            try {
                readingMethods(read(reads.descriptorSet()), paths);
            } catch (IOException e) {
                mistakes.add("grpc: descriptor_set: " + reads.descriptorSet() + ": "
                        + reason(e));
            }
        }
        return new GrpcMethods(reads.patterns(), paths);
    }

    private static String reason(IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        return e instanceof InvalidProtocolBufferException
                ? "is not a FileDescriptorSet, as protoc --descriptor_set_out writes it"
                : e.getMessage();
    }

    private static FileDescriptorSet read(Path file) throws IOException {
        byte[] octets;
        try (InputStream in = Files.newInputStream(file)) {
            octets = in.readNBytes(FILE_BYTES_MAX + 1);
        }
        if (octets.length > FILE_BYTES_MAX) {
            throw new IOException("is larger than 16 MiB");
        }
        FileDescriptorSet set = FileDescriptorSet.parseFrom(octets);
        if (set.getFileCount() == 0) {
            throw new IOException("describes nothing");
        }
        return set;
    }

    private static void readingMethods(FileDescriptorSet set, Map<String, String> paths)
            throws IOException {
        for (FileDescriptorProto file : set.getFileList()) {
            String prefix = file.getPackage().isEmpty() ? "/" : "/" + file.getPackage() + ".";
            for (ServiceDescriptorProto service : file.getServiceList()) {
                for (MethodDescriptorProto method : service.getMethodList()) {
                    String path = prefix + service.getName() + "/" + method.getName();
                    if (!RouteChecks.isGrpcPattern(path) || path.endsWith("*")) {
                        throw new IOException("has a method that is none: " + file.getName());
                    }
                    if (method.getOptions().getIdempotencyLevel()
                            == IdempotencyLevel.NO_SIDE_EFFECTS) {
                        paths.put(path, "the descriptor set");
                    }
                }
            }
        }
    }

    /** What makes the method at a path one that reads, in words; null: it writes. */
    String reading(byte[] path, int from, int to) {
        String found = exact.get(path, from, to);
        for (int i = 0; found == null && i < prefixes.size(); i++) {
            if (prefixes.get(i).matches(path, from, to)
                    && isOneSegment(path, from + prefixes.get(i).length(), to)) {
                found = written.get(i);
            }
        }
        return found;
    }

    /** A method's name has no slash in it: what has one is somebody else's path. */
    private static boolean isOneSegment(byte[] path, int from, int to) {
        for (int i = from; i < to; i++) {
            if (path[i] == '/') {
                return false;
            }
        }
        return true;
    }
}
