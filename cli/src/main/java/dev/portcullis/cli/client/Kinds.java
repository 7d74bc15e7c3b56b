package dev.portcullis.cli.client;

import dev.portcullis.proto.admin.v1.UserKind;
import java.util.Locale;

/** The kinds of user that can be asked for. */
enum Kinds {
    /** A machine. */
    SERVICE(UserKind.USER_KIND_SERVICE),
    /** Somebody with tokens of their own. */
    PERSON(UserKind.USER_KIND_PERSON),
    /** Made by Portcullis itself; only to be listed. */
    INTERNAL(UserKind.USER_KIND_INTERNAL);

    private final UserKind kind;

    Kinds(UserKind kind) {
        this.kind = kind;
    }

    /** As in the contract; {@code asked} may be null. */
    static UserKind of(Kinds asked) {
        return asked == null ? UserKind.USER_KIND_UNSPECIFIED : asked.kind;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
