package dev.portcullis.admin.edge;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.DescriptorProtos.FileDescriptorSet;
import com.google.protobuf.DescriptorProtos.ServiceDescriptorProto;
import com.google.protobuf.DescriptorProtos.SourceCodeInfo.Location;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the comments of the admin API's contract say of its methods and fields, so that whoever
 * describes the same thing elsewhere need not say it a second time. Immutable; any thread.
 */
public final class ContractComments {
    private static final String RESOURCE = "/dev/portcullis/proto/contract.binpb";
    private static final String PACKAGE = "portcullis.admin.v1";
    // places in a file's descriptor, by the field numbers of descriptor.proto
    private static final int MESSAGES = FileDescriptorProto.MESSAGE_TYPE_FIELD_NUMBER;
    private static final int SERVICES = FileDescriptorProto.SERVICE_FIELD_NUMBER;
    private static final int FIELDS = DescriptorProto.FIELD_FIELD_NUMBER;
    private static final int METHODS = ServiceDescriptorProto.METHOD_FIELD_NUMBER;

    private final Map<String, String> methods = new HashMap<>();
    private final Map<String, String> fields = new HashMap<>();

    private ContractComments(FileDescriptorSet contract) {
        for (FileDescriptorProto file : contract.getFileList()) {
            if (file.getPackage().equals(PACKAGE)) {
                read(file);
            }
        }
    }

    /** Reads the contract that this program was built with. */
    public static ContractComments load() {
        try (InputStream in = ContractComments.class.getResourceAsStream(RESOURCE)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its contract: " + RESOURCE);
            }
            return new ContractComments(FileDescriptorSet.parseFrom(in));
        } catch (IOException e) {
            throw new UncheckedIOException("the program's contract cannot be read", e);
        }
    }

    /** The names of all methods, of all services. */
    public Set<String> methods() {
        return Collections.unmodifiableSet(new TreeSet<>(methods.keySet()));
    }

    /**
     * What is said of a method; empty when nothing is.
     *
     * @throws IllegalArgumentException when there is no such method
     */
    public String method(String name) {
        return found(methods, name);
    }

    /**
     * What is said of a field; empty when nothing is.
     *
     * @param name of its message and of the field: {@code User.created_by}
     * @throws IllegalArgumentException when there is no such field
     */
    public String field(String name) {
        return found(fields, name);
    }

    private static String found(Map<String, String> texts, String name) {
        String text = texts.get(name);
        if (text == null) {
            throw new IllegalArgumentException("the contract has no " + name);
        }
        return text;
    }

    private void read(FileDescriptorProto file) {
        Map<List<Integer>, String> comments = new HashMap<>();
        for (Location location : file.getSourceCodeInfo().getLocationList()) {
            comments.put(location.getPathList(), location.getLeadingComments());
        }
        for (int m = 0; m < file.getMessageTypeCount(); m++) {
            DescriptorProto message = file.getMessageType(m);
            for (int f = 0; f < message.getFieldCount(); f++) {
                String comment = comments.get(List.of(MESSAGES, m, FIELDS, f));
                fields.put(message.getName() + "." + message.getField(f).getName(), text(comment));
            }
        }
        for (int s = 0; s < file.getServiceCount(); s++) {
            ServiceDescriptorProto service = file.getService(s);
            for (int m = 0; m < service.getMethodCount(); m++) {
                String comment = comments.get(List.of(SERVICES, s, METHODS, m));
                methods.put(service.getMethod(m).getName(), text(comment));
            }
        }
    }

    /** On one line: where the lines of a comment end says nothing. */
    private static String text(String comment) {
        return comment == null ? "" : comment.strip().replaceAll("\\s+", " ");
    }
}
