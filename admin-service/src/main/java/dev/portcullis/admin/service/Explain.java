package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.Binding;
import dev.portcullis.admin.model.Explanation;
import dev.portcullis.admin.model.Explanation.ExplainedBinding;
import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.store.CredentialRow;
import dev.portcullis.admin.store.GroupReader.Inherited;
import dev.portcullis.admin.store.ReadTransaction;
import dev.portcullis.admin.store.Store;
import dev.portcullis.core.access.AccessRules;
import dev.portcullis.core.access.AccessRules.Answer;
import dev.portcullis.core.access.Principal;
import dev.portcullis.core.token.TokenPrefix;
import dev.portcullis.core.verify.CredentialRecord;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Says whether a request would be permitted, and why. As {@link Users} for threads and errors. */
public final class Explain {
    /** The deciding binding first: the highest role; the nearest, among those that give it. */
    private static final Comparator<ExplainedBinding> DECIDING_FIRST = Comparator
            .comparing((ExplainedBinding each) -> each.binding().role()).reversed()
            .thenComparing(each -> each.binding().application().equals(Principal.ALL_APPLICATIONS))
            .thenComparing(each -> each.binding().ofGroup())
            .thenComparing(ExplainedBinding::group);

    private final Store store;
    private final InstantSource clock;
    private volatile AccessRules rules = (application, method, path) -> null;

    /** Explains what a store holds. */
    public Explain(Store store, InstantSource clock) {
        this.store = store;
        this.clock = clock;
    }

    /** Explains by the rules of a gateway's routes from now on, instead of by the method alone. */
    public void by(AccessRules known) {
        rules = known;
    }

    /**
     * Explains; reads the database alone, in one snapshot. For a user, as if they came with an
     * access token that has no restriction.
     *
     * @throws ServiceException {@code INVALID_ARGUMENT}; {@code NOT_FOUND} for the user or the
     *     credential
     */
    public Explanation explain(Actor actor, ExplainQuery query) {
        actor.requireReader();
        ExplainedRequest request = ExplainedRequest.of(query);
        boolean ofUser = query.user() != null && !query.user().isEmpty();
        if (ofUser == (query.token() != null && !query.token().isEmpty())) {
            throw ServiceException.invalid("user", "either a user or a token is required");
        }
        if (!ofUser) {
            Names.checkCredentialId("token", query.token());
        }
        return store.read(transaction -> ofUser
                ? ofUser(transaction, request, query.user())
                : ofCredential(transaction, request, query.token()));
    }

    private Explanation ofUser(
            ReadTransaction transaction, ExplainedRequest request, String user)
            throws SQLException {
        String userId = Views.find(transaction, user).id();
        return explain(transaction, request, ExplainedCredential.ofNone(userId, clock.millis()));
    }

    private Explanation ofCredential(
            ReadTransaction transaction, ExplainedRequest request, String id) throws SQLException {
        CredentialRow row = transaction.credential(id);
        if (row == null) {
            throw ServiceException.notFound("token");
        }
        TokenPrefix parentId = row.record().parent();
        CredentialRow parent =
                parentId == null ? null : transaction.credential(parentId.toString());
        CredentialRecord parentRecord = parent == null ? null : parent.record();
        return explain(transaction, request,
                new ExplainedCredential(row.record(), row, parentRecord, clock.millis()));
    }

    private Explanation explain(
            ReadTransaction transaction, ExplainedRequest request, ExplainedCredential credential)
            throws SQLException {
        String userId = credential.record().userId();
        Principal principal = transaction.principal(userId);
        List<ExplainedBinding> bindings = principal == null
                ? List.of()
                : bindings(transaction, userId, request.application());
        Answer rule = rules.accessOf(request.application(), request.method(), request.path());
        return new Verdict(request.ruledBy(rule), credential, principal, bindings).explanation();
    }

    private static List<ExplainedBinding> bindings(
            ReadTransaction transaction, String userId, String application) throws SQLException {
        List<ExplainedBinding> bindings = new ArrayList<>();
        for (String each : List.of(application, Principal.ALL_APPLICATIONS)) {
            Binding own = transaction.binding(userId, each);
            if (own != null) {
                bindings.add(new ExplainedBinding(own, ""));
            }
        }
        for (Inherited each : transaction.groups().inherited(userId, application)) {
            bindings.add(new ExplainedBinding(each.binding(), each.group().name()));
        }
        bindings.sort(DECIDING_FIRST);
        return bindings;
    }
}
