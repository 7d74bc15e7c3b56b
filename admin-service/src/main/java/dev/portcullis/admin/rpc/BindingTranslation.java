package dev.portcullis.admin.rpc;

import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.model.Subject;
import dev.portcullis.proto.admin.v1.Binding;
import dev.portcullis.proto.admin.v1.DeleteBindingRequest;
import dev.portcullis.proto.admin.v1.DeleteBindingResponse;
import dev.portcullis.proto.admin.v1.ListBindingsRequest;
import dev.portcullis.proto.admin.v1.ListBindingsResponse;
import dev.portcullis.proto.admin.v1.PutBindingRequest;
import dev.portcullis.proto.admin.v1.PutBindingResponse;
import java.util.List;

/** {@link Translation} of bindings. */
final class BindingTranslation {
    private BindingTranslation() {}

    static Subject subject(PutBindingRequest request) {
        return request.hasGroup()
                ? Subject.group(request.getGroup())
                : Subject.user(request.getUser());
    }

    static Subject subject(ListBindingsRequest request) {
        return request.hasGroup()
                ? Subject.group(request.getGroup())
                : Subject.user(request.getUser());
    }

    static Subject subject(DeleteBindingRequest request) {
        return request.hasGroup()
                ? Subject.group(request.getGroup())
                : Subject.user(request.getUser());
    }

    static Binding binding(dev.portcullis.admin.model.Binding binding) {
        return Binding.newBuilder()
                .setSubjectId(binding.subjectId())
                .setApplication(binding.application())
                .setRole(Translation.role(binding.role()))
                .build();
    }

    static PutBindingResponse put(
            dev.portcullis.admin.model.Binding binding, Propagation propagation) {
        return PutBindingResponse.newBuilder()
                .setBinding(binding(binding))
                .setPropagation(Translation.propagation(propagation))
                .build();
    }

    static ListBindingsResponse list(List<dev.portcullis.admin.model.Binding> bindings) {
        ListBindingsResponse.Builder response = ListBindingsResponse.newBuilder();
        bindings.forEach(binding -> response.addBindings(binding(binding)));
        return response.build();
    }

    static DeleteBindingResponse deleted(Propagation propagation) {
        return DeleteBindingResponse.newBuilder()
                .setPropagation(Translation.propagation(propagation))
                .build();
    }
}
