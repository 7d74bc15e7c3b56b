package dev.portcullis.admin.service;

import dev.portcullis.admin.model.Binding;
import java.util.random.RandomGenerator;

/** Makes ids of users and groups: random, so that they tell nothing. */
final class UserIds {
    private static final String DIGITS =
            "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final int LENGTH = 16;

    private final RandomGenerator random;

    UserIds(RandomGenerator random) {
        this.random = random;
    }

    /** For a user. */
    String next() {
        return next("usr_");
    }

    /** For a group. */
    String nextGroup() {
        return next(Binding.GROUP_ID_TAG);
    }

    private String next(String tag) {
        StringBuilder id = new StringBuilder(tag);
        for (int i = 0; i < LENGTH; i++) {
            id.append(DIGITS.charAt(random.nextInt(DIGITS.length())));
        }
        return id.toString();
    }
}
