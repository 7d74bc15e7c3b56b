package dev.portcullis.admin.rpc;

import dev.portcullis.admin.change.Propagation;
import dev.portcullis.admin.service.ForeignImport.Imported;
import dev.portcullis.admin.service.ForeignUser;
import dev.portcullis.proto.admin.v1.ForeignToken;
import dev.portcullis.proto.admin.v1.ImportForeignRequest;
import dev.portcullis.proto.admin.v1.ImportForeignResponse;
import java.util.ArrayList;
import java.util.List;

/** {@link Translation} of what is imported. */
final class ImportTranslation {
    private ImportTranslation() {}

    static List<ForeignUser> users(ImportForeignRequest request) {
        List<ForeignUser> users = new ArrayList<>(request.getUsersCount());
        for (var user : request.getUsersList()) {
            users.add(user("users[" + users.size() + "]", user));
        }
        return users;
    }

    private static ForeignUser user(
            String field, dev.portcullis.proto.admin.v1.ForeignUser user) {
        return new ForeignUser(
                user.getName(),
                user.getDescription(),
                Translation.kind(field + ".kind", user.getKind()),
                Translation.role(field + ".role", user.getRole()),
                user.getBlocked(),
                user.getGroupsList(),
                tokens(field, user.getTokensList()));
    }

    private static List<ForeignUser.ForeignToken> tokens(String user, List<ForeignToken> given) {
        List<ForeignUser.ForeignToken> tokens = new ArrayList<>(given.size());
        for (ForeignToken token : given) {
            tokens.add(token(user + ".tokens[" + tokens.size() + "]", token));
        }
        return tokens;
    }

    private static ForeignUser.ForeignToken token(String field, ForeignToken token) {
        return new ForeignUser.ForeignToken(
                token.getName(),
                token.getSha256().toByteArray(),
                token.hasExpiresAt()
                        ? Translation.instant(field + ".expires_at", token.getExpiresAt())
                        : null,
                token.hasCreatedAt()
                        ? Translation.instant(field + ".created_at", token.getCreatedAt())
                        : null,
                token.hasLastUsedAt()
                        ? Translation.instant(field + ".last_used_at", token.getLastUsedAt())
                        : null);
    }

    static ImportForeignResponse imported(Imported imported, Propagation propagation) {
        return ImportForeignResponse.newBuilder()
                .setUsersCreated(imported.usersCreated())
                .setUsersFound(imported.usersFound())
                .setTokensCreated(imported.tokensCreated())
                .setTokensFound(imported.tokensFound())
                .setPropagation(Translation.propagation(propagation))
                .build();
    }
}
