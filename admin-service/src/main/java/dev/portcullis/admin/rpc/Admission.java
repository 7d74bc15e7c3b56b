package dev.portcullis.admin.rpc;

import dev.portcullis.admin.model.Actor;
import java.util.function.Supplier;

/**
 * That a call was let in. Any thread that may block.
 *
 * @param actor who calls; authenticated, and authorised as far as {@link MethodRules} says
 * @param again finds out anew who calls, for a call that goes on for long; throws as the first time
 *     when the caller is no longer let in
 */
record Admission(Actor actor, Supplier<Actor> again) {}
