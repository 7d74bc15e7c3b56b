package dev.portcullis.admin.rpc;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Descriptors.ServiceDescriptor;
import com.google.protobuf.Message;
import dev.portcullis.proto.admin.v1.AccessProto;
import dev.portcullis.proto.admin.v1.AuditProto;
import dev.portcullis.proto.admin.v1.BindingsProto;
import dev.portcullis.proto.admin.v1.GroupsProto;
import dev.portcullis.proto.admin.v1.ImportsProto;
import dev.portcullis.proto.admin.v1.KeysProto;
import dev.portcullis.proto.admin.v1.TokensProto;
import dev.portcullis.proto.admin.v1.UsersProto;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Stream;

/** The fields of the contract, as its descriptors have them. */
final class ContractFields {
    private static final String PACKAGE = "portcullis.admin.v1";

    private ContractFields() {}

    static List<ServiceDescriptor> services() {
        return Stream.of(
                        AccessProto.getDescriptor(), AuditProto.getDescriptor(),
                        BindingsProto.getDescriptor(), GroupsProto.getDescriptor(),
                        ImportsProto.getDescriptor(), KeysProto.getDescriptor(),
                        TokensProto.getDescriptor(), UsersProto.getDescriptor())
                .flatMap(file -> file.getServices().stream())
                .toList();
    }

    /** What methods take, or answer. */
    static Set<Descriptor> of(Function<MethodDescriptor, Descriptor> side) {
        Set<Descriptor> types = new LinkedHashSet<>();
        services().forEach(service -> service.getMethods().forEach(
                method -> types.add(side.apply(method))));
        return types;
    }

    /** Every message of the contract that some have within them, and they themselves. */
    static Set<Descriptor> within(Collection<Descriptor> types) {
        Set<Descriptor> all = new LinkedHashSet<>();
        types.forEach(type -> addWithin(type, all));
        return all;
    }

    private static void addWithin(Descriptor type, Set<Descriptor> all) {
        if (type.getFile().getPackage().equals(PACKAGE) && all.add(type)) {
            type.getFields().stream()
                    .filter(ContractFields::isMessage)
                    .forEach(field -> addWithin(field.getMessageType(), all));
        }
    }

    /** The paths of all fields of a message, and of those within them. */
    static Set<String> paths(Descriptor type) {
        Set<String> paths = new TreeSet<>();
        for (FieldDescriptor field : type.getFields()) {
            paths.add(field.getName());
            if (isOurs(field)) {
                paths(field.getMessageType()).forEach(
                        path -> paths.add(field.getName() + "." + path));
            }
        }
        return paths;
    }

    /** The paths of those that say something in a message. */
    static Set<String> setPaths(Message message) {
        Set<String> paths = new TreeSet<>();
        message.getAllFields().forEach((field, value) -> {
            paths.add(field.getName());
            if (isOurs(field)) {
                for (Message each : messages(field, value)) {
                    setPaths(each).forEach(path -> paths.add(field.getName() + "." + path));
                }
            }
        });
        return paths;
    }

    static List<Message> messages(FieldDescriptor field, Object value) {
        List<Message> messages = new ArrayList<>();
        if (field.isRepeated()) {
            ((List<?>) value).forEach(each -> messages.add((Message) each));
        } else {
            messages.add((Message) value);
        }
        return messages;
    }

    static boolean isMessage(FieldDescriptor field) {
        return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
    }

    /** Whether it is a message of the contract, not one of Protobuf's own. */
    static boolean isOurs(FieldDescriptor field) {
        return isMessage(field) && field.getMessageType().getFile().getPackage().equals(PACKAGE);
    }
}
