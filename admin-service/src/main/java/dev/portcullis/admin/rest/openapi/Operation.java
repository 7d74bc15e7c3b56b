package dev.portcullis.admin.rest.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a method does on a path: all that a client can be told of it. Filled by whoever states it,
 * then left alone; not thread-safe until then.
 */
public final class Operation {
    static final String JSON = "application/json";

    private final String method;
    private final String path;
    private final String id;
    private final Access access;
    private final List<Parameter> parameters = new ArrayList<>();
    private final Map<Integer, Reply> replies = new TreeMap<>();
    private String tag = "";
    private String text = "";
    private Body body;

    /** Who may call an operation: what is found out before anything else of the request is. */
    public enum Access {
        /** Everybody; no credential is looked at. */
        PUBLIC,
        /** Who presents what the operation itself says. */
        CLIENT,
        /** Who may read or change everything, and whom the use case allows to do it with theirs. */
        OWN,
        /** Who may read everything. */
        READER,
        /** Who may change everything. */
        ADMINISTRATOR
    }

    /**
     * A parameter.
     *
     * @param in {@code path}, {@code query} or {@code header}
     */
    record Parameter(String in, String name, boolean required, ObjectNode schema, String text) {}

    /** What a request carries. */
    record Body(String mediaType, ObjectNode schema) {}

    /** What is answered; the media types' schemas by their names. */
    record Reply(String text, Map<String, ObjectNode> contents, List<String> headers) {}

    private Operation(String method, String path, String id, Access access) {
        this.method = method;
        this.path = path;
        this.id = id;
        this.access = access;
        for (String segment : path.substring(1).split("/")) {
            if (segment.startsWith("{")) {
                String name = segment.substring(1, segment.length() - 1);
                parameters.add(PathParameters.of(name));
            }
        }
    }

    /**
     * An operation without parameters but those of its path.
     *
     * @param path with variable segments in braces: {@code /api/users/{userId}}
     * @param id unique; that of the gRPC method that does the same, where there is one
     */
    public static Operation of(String method, String path, String id, Access access) {
        return new Operation(method, path, id, access);
    }

    /** Under which heading it stands. */
    public Operation tag(String name) {
        tag = name;
        return this;
    }

    /** What it does, where the contract does not say it. */
    public Operation text(String description) {
        text = description;
        return this;
    }

    /** A query parameter that may be left out. */
    public Operation query(String name, ObjectNode schema, String description) {
        parameters.add(new Parameter("query", name, false, schema, description));
        return this;
    }

    /** A query parameter that must be there. */
    public Operation requiredQuery(String name, ObjectNode schema, String description) {
        parameters.add(new Parameter("query", name, true, schema, description));
        return this;
    }

    /** A header that it understands. */
    public Operation header(String name, ObjectNode schema, String description) {
        parameters.add(new Parameter("header", name, false, schema, description));
        return this;
    }

    /** It answers a list, page by page. */
    public Operation paged() {
        query("page_size", Schema.whole(1, 1_000), "The most items to answer; 1,000 when absent.");
        return query("cursor", Schema.text(0, 256),
                "Where the page begins: from the Link of the page before it.");
    }

    /** It takes a JSON body. */
    public Operation takes(String schemaName) {
        body = new Body(JSON, Schema.ref(schemaName));
        return this;
    }

    /** It takes a form. */
    public Operation takesForm(String schemaName) {
        body = new Body("application/x-www-form-urlencoded", Schema.ref(schemaName));
        return this;
    }

    /** What it answers when all is well, with status 200. */
    public Operation answers(ObjectNode schema, String... headers) {
        return answers(JSON, schema, headers);
    }

    /** A further form of the same. */
    public Operation answers(String mediaType, ObjectNode schema, String... headers) {
        Reply before = replies.get(200);
        Map<String, ObjectNode> contents =
                new LinkedHashMap<>(before == null ? Map.of() : before.contents());
        contents.put(mediaType, schema);
        List<String> all = new ArrayList<>(before == null ? List.of() : before.headers());
        all.addAll(List.of(headers));
        replies.put(200, new Reply("Done.", contents, all));
        return this;
    }

    /** As {@link #answers(ObjectNode, String...)}, for what changes something. */
    public Operation answersChange(ObjectNode schema, String... headers) {
        List<String> all = new ArrayList<>(Headers.PROPAGATION);
        all.addAll(List.of(headers));
        return answers(schema, all.toArray(new String[0]));
    }

    /** Further statuses it may answer with, beside those that every operation of its access may. */
    public Operation refuses(int... statuses) {
        for (int status : statuses) {
            replies.put(status, null);
        }
        return this;
    }

    /** The HTTP method, in capitals. */
    public String method() {
        return method;
    }

    /** The path, with variable segments in braces. */
    public String path() {
        return path;
    }

    /** Unique. */
    public String id() {
        return id;
    }

    /** Who may call it. */
    public Access access() {
        return access;
    }

    String tag() {
        return tag;
    }

    String text() {
        return text;
    }

    List<Parameter> parameters() {
        return parameters;
    }

    Body body() {
        return body;
    }

    /** By status; null for an error, of which the status says enough. */
    Map<Integer, Reply> replies() {
        return replies;
    }

    boolean isOauth() {
        return path.startsWith("/oauth2/");
    }
}
