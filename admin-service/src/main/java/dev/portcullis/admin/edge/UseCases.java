package dev.portcullis.admin.edge;

import dev.portcullis.admin.change.Barrier;
import dev.portcullis.admin.service.AuditLog;
import dev.portcullis.admin.service.Authenticator;
import dev.portcullis.admin.service.Bindings;
import dev.portcullis.admin.service.Explain;
import dev.portcullis.admin.service.ForeignImport;
import dev.portcullis.admin.service.Gateways;
import dev.portcullis.admin.service.Groups;
import dev.portcullis.admin.service.KeyExchange;
import dev.portcullis.admin.service.Keys;
import dev.portcullis.admin.service.Tokens;
import dev.portcullis.admin.service.Users;

/** Everything an edge calls. No component is null. */
public record UseCases(
        Authenticator authenticator,
        Users users,
        Bindings bindings,
        Tokens tokens,
        Groups groups,
        Keys keys,
        KeyExchange keyExchange,
        Explain explain,
        AuditLog auditLog,
        ForeignImport foreignImport,
        Gateways gateways,
        Barrier barrier) {}
