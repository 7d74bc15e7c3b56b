package dev.portcullis.core.access;

/**
 * What the routes of a gateway say that requests need, for those who explain decisions beside it.
 * Any thread.
 */
public interface AccessRules {
    /**
     * What a request needs.
     *
     * @param method of HTTP, case-sensitive
     * @param path as a client sends it, without query; empty when it is not known
     * @return null when the application is not served here, so that nothing is known of it
     */
    Answer accessOf(String application, String method, String path);

    /**
     * What a request needs, and why.
     *
     * @param access null: no credential is needed, or looked at
     * @param refusal the code it is refused with before any credential is looked at; null: it is
     *     not. Then {@code access} says nothing
     * @param reason a sentence without capital and full stop, which names the rule
     */
    record Answer(Access access, String refusal, String reason) {}
}
