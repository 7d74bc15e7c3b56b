package dev.portcullis.admin.rest;

import dev.portcullis.admin.model.ServiceException;
import dev.portcullis.admin.model.Token;
import dev.portcullis.admin.service.Users;
import java.util.regex.Pattern;

/** Holds tokens and keys against the user that their path names. */
final class Owners {
    private static final Pattern ID = Pattern.compile("[0-9A-Za-z]{12}");

    private final Users users;
    private final String what;

    /** @param what the paths are about, as errors call it */
    Owners(Users users, String what) {
        this.users = users;
        this.what = what;
    }

    /**
     * The id of what the path names.
     *
     * @throws ServiceException NOT_FOUND for what is no id: a path that names nothing is no wrong
     *     field
     */
    String idInPath(Call call) {
        String id = call.segment(4);
        if (!id.equals(Own.SELF) && !ID.matcher(id).matches()) {
            throw ServiceException.notFound(what);
        }
        return id;
    }

    /**
     * The same, when it is the path's user's.
     *
     * @throws ServiceException NOT_FOUND when it is another's
     */
    Token ofUserInPath(Call call, Token found) {
        String named = call.user();
        if (found.userId().equals(named)) {
            return found;
        }
        // who calls with a token of their own may not be allowed to look users up
        String id = Own.isUser(named, call.actor())
                ? call.actor().userId()
                : users.get(call.actor(), named).id();
        if (!found.userId().equals(id)) {
            throw ServiceException.notFound(what);
        }
        return found;
    }
}
