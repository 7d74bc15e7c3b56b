package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Committed;
import dev.portcullis.admin.model.User;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.admin.store.UserRow;
import dev.portcullis.admin.store.WriteTransaction;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.access.Restrictions;
import dev.portcullis.core.access.Role;
import dev.portcullis.core.access.UserKind;
import dev.portcullis.core.token.CredentialKind;
import dev.portcullis.core.token.PlainToken;
import dev.portcullis.core.token.TokenMint;
import dev.portcullis.core.verify.CredentialRecord;
import java.sql.SQLException;
import java.util.List;
import java.util.random.RandomGenerator;

/** Makes an administrator in a database that has never had a user. */
public final class FirstAdministrator {
    /** The administrator's name. */
    public static final String NAME = "admin";

    /** Takes the administrator's token to where its holder will find it. */
    public interface TokenSink {
        /**
         * Keeps the token safe before it returns; what it throws undoes the administrator. It may
         * be called for a token that is then not committed, and again at the next start.
         */
        void keep(PlainToken token);
    }

    private final Store store;
    private final TokenIssuer issuer;
    private final Terms terms;
    private final UserIds ids;

    /**
     * For a store.
     *
     * @param mint of the policy's mark
     */
    public FirstAdministrator(
            Store store, TokenPolicy policy, TokenMint mint, RandomGenerator random) {
        this.store = store;
        this.issuer = new TokenIssuer(policy, mint);
        // the longest: what this token issues can live no longer than itself
        long lifetime = policy.allowNonExpiring()
                ? CredentialRecord.NEVER : policy.maxLifetime().toMillis();
        this.terms = new Terms("bootstrap", lifetime, null, Restrictions.NONE, null);
        this.ids = new UserIds(random);
    }

    /**
     * Makes the administrator where there never was a user. The token is kept before the commit: a
     * crash between the two leaves a token that is good for nothing, and the next start begins
     * anew; the other way round it would leave an administrator whose token nobody has.
     *
     * @return whether one was made
     */
    public boolean makeIfNone(TokenSink sink) {
        if (store.read(ReadTransaction::hasUsers)) {
            return false;
        }
        return store.write(transaction -> {
            // another process on the same database may have made one just now
            if (transaction.hasUsers()) {
                return false;
            }
            make(transaction, sink);
            return true;
        });
    }

    private void make(WriteTransaction transaction, TokenSink sink) throws SQLException {
        Actor system = Actor.system("first-start");
        UserRow row = Users.row(
                ids.next(), NAME, "The first administrator, made at the first start.",
                UserKind.SERVICE);
        Binding everything = new Binding(row.id(), Principal.ALL_APPLICATIONS, Role.ADMIN);
        Committed<User> user = Users.insert(transaction, system, row, List.of(everything));
        IssuedToken issued = issuer.issue(
                transaction, system, CredentialKind.ACCESS_TOKEN,
                transaction.user(user.value().id()), terms).value();
        sink.keep(issued.plain());
    }
}
