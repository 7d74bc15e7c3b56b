package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.PageRequest;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * A request whose caller was let in.
 *
 * @param actor who calls; null where an operation finds that out by itself, or is open to everybody
 */
record Call(Actor actor, RestRequest request) {
    private static final String PAGE_SIZE = "page_size";
    private static final String CURSOR = "cursor";

    /** A segment of the path, counted from 0 at {@code api}. */
    String segment(int index) {
        return request.target().segments().get(index);
    }

    /** The user that {@code /api/users/{userId}} names, by id or name. */
    String user() {
        String user = segment(2);
        return user.equals(Own.CURRENT) ? actor.userId() : user;
    }

    /** The object that is the request's body. */
    Fields body() {
        requireJson();
        return Fields.ofBody(request.body());
    }

    /** As {@link #body}; without fields when there is no body at all. */
    Fields bodyIfAny() {
        return request.body().length == 0 ? Fields.none() : body();
    }

    /**
     * Refuses a body that says it is something else. One that does not say what it is may be JSON.
     *
     * @throws RestException 415
     */
    void requireJson() {
        requireMediaType("application/json");
    }

    /**
     * Refuses a body that says it is something else.
     *
     * @throws RestException 415
     */
    void requireMediaType(String wanted) {
        RestRequest.Headers headers = request.headers();
        String coding = headers.contentEncoding();
        if (coding != null && !coding.trim().equalsIgnoreCase("identity")) {
            throw new RestException(415, "a body is accepted without any content coding only");
        }
        String type = headers.contentType();
        if (type != null && !mediaTypeOf(type).equals(wanted)) {
            throw new RestException(415, "the content type must be " + wanted);
        }
    }

    private static String mediaTypeOf(String contentType) {
        int semicolon = contentType.indexOf(';');
        String type = semicolon < 0 ? contentType : contentType.substring(0, semicolon);
        return type.trim().toLowerCase(Locale.ROOT);
    }

    /** A query parameter, or null when it is not given. */
    String parameter(String name) {
        return request.target().query().get(name);
    }

    /** A query parameter that must be given. */
    String required(String name) {
        String value = parameter(name);
        if (value == null) {
            throw RestException.invalid(name, "is required as a query parameter");
        }
        return value;
    }

    /** A query parameter that is true or false; null when it is not given. */
    Boolean flag(String name) {
        String value = parameter(name);
        if (value == null) {
            return null;
        }
        return switch (value) {
            case "true" -> true;
            case "false" -> false;
            default -> throw RestException.invalid(name, "must be true or false");
        };
    }

    /** Refuses parameters other than these, and those of a page. */
    void allowParametersAndPage(String... names) {
        Set<String> allowed = new TreeSet<>(Set.of(names));
        allowed.add(PAGE_SIZE);
        allowed.add(CURSOR);
        allow(allowed);
    }

    /** Refuses parameters other than these: a misspelt filter must not list everything. */
    void allowParameters(String... names) {
        allow(Set.of(names));
    }

    private void allow(Set<String> names) {
        Map<String, String> query = request.target().query();
        for (String name : new TreeSet<>(query.keySet())) {
            if (!names.contains(name)) {
                throw new RestException(422, Fields.printable(name) + ": unknown query parameter");
            }
        }
    }

    /** The page that the query asks for; the largest when it asks for no size. */
    PageRequest page() {
        String size = parameter(PAGE_SIZE);
        String cursor = parameter(CURSOR);
        return new PageRequest(
                size == null ? PageRequest.SIZE_MAX : pageSize(size), cursor == null ? "" : cursor);
    }

    private static int pageSize(String text) {
        if (text.matches("[1-9][0-9]{0,3}") && Integer.parseInt(text) <= PageRequest.SIZE_MAX) {
            return Integer.parseInt(text);
        }
        throw RestException.invalid(
                PAGE_SIZE, "must be a whole number from 1 to " + PageRequest.SIZE_MAX);
    }
}
