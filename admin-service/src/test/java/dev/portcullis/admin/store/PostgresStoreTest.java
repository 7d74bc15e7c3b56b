package dev.portcullis.admin.store;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/** The contract on PostgreSQL, and what is PostgreSQL's alone. */
class PostgresStoreTest extends StoreContract {
    @TempDir Path directory;
    private TestStore test;

    @Override
    Store open() throws StartException {
        test = TestStore.open(Engine.POSTGRES, directory.resolve("data"), clock);
        return test.store();
    }
}
