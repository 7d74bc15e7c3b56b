package dev.portcullis.admin.store;

import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A process that holds a data directory until it is killed. */
final class LockHolder {
    private LockHolder() {}

    public static void main(String[] arguments) throws Exception {
        DataDirectory held = DataDirectory.open(Path.of(arguments[0]));
        System.out.println("locked");
        new CountDownLatch(1).await();
        held.close();
    }
}
