package dev.portcullis.admin.bootstrap;

import dev.portcullis.admin.store.StartException;
import dev.portcullis.admin.store.Store;
import java.time.InstantSource;

/**
 * Refuses a start without a pepper that credentials need: all of them would answer that they cannot
 * be verified, and it is better said at once and to the operator.
 */
final class PepperCheck {
    private PepperCheck() {}

    /**
     * Looks for a pepper that a credential which is still good was hashed with, and that the
     * configuration does not name. What is dead does not need its pepper any more, so a pepper can
     * be given up when the last of its credentials has ended.
     *
     * @throws StartException when there is one; the message names it
     */
    static void check(Store store, ControlPlaneConfig config, InstantSource clock)
            throws StartException {
        String unknown = store.read(transaction -> transaction.credentials()
                .unknownPepper(config.peppers().ids(), clock.millis()));
        if (unknown != null) {
            throw new StartException(
                    "its tokens were hashed with the pepper '" + unknown
                            + "', which the configuration does not name",
                    config.store().where(),
                    "Name the pepper and its file under tokens.peppers, or restore the file", null);
        }
    }
}
