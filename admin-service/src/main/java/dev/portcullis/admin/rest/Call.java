package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.Actor;
import dev.portcullis.admin.model.PageRequest;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** A request of a caller who was authenticated and authorised. */
record Call(Actor actor, RestRequest request) {
    private static final String PAGE_SIZE = "page_size";
    private static final String CURSOR = "cursor";

    /** A segment of the path, counted from 0 at {@code api}. */
    String segment(int index) {
        return request.target().segments().get(index);
    }

    Fields body() {
        return Fields.ofBody(request.body());
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
