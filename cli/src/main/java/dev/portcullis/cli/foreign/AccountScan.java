package dev.portcullis.cli.foreign;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;

/** Finds out which form a file has, and where it is NetBird's, its accounts and their groups. */
final class AccountScan {
    private static final int ACCOUNTS_MAX = 10_000;
    private static final int GROUPS_MAX = 100_000;

    private final JsonWalk walk;
    private final Map<String, Map<String, String>> accounts = new LinkedHashMap<>();
    private boolean simple;
    private boolean netBird;
    private int groups;

    AccountScan(JsonWalk walk) {
        this.walk = walk;
    }

    void read() throws IOException {
        walk.members("the file", name -> {
            switch (name) {
                case "Accounts" -> {
                    netBird = true;
                    walk.members(name, this::account);
                }
                case "users" -> simple = true;
                default -> { }
            }
        });
        if (simple == netBird) {
            walk.mistake("the file has " + (simple ? "both" : "neither") + " \"Accounts\", as "
                    + "NetBird's store " + (simple ? "and" : "nor")
                    + " \"users\", as the simple form");
        }
    }

    /** Null for the simple form. */
    Map<String, Map<String, String>> accounts() {
        return netBird ? accounts : null;
    }

    private void account(String id) throws IOException {
        if (accounts.size() == ACCOUNTS_MAX) {
            walk.mistake("more than " + ACCOUNTS_MAX + " accounts");
            return;
        }
        Map<String, String> names = new LinkedHashMap<>();
        accounts.put(id, names);
        walk.members("account", member -> {
            if (member.equals("Groups")) {
                walk.members("Groups", groupId -> walk.members("group", field -> {
                    if (field.equals("Name")) {
                        group(names, groupId);
                    }
                }));
            }
        });
    }

    private void group(Map<String, String> names, String id) throws IOException {
        String name = walk.text("Name");
        if (name == null) {
            return;
        }
        if (++groups > GROUPS_MAX) {
            walk.mistake("more than " + GROUPS_MAX + " groups");
        } else {
            names.put(id, name);
        }
    }
}
