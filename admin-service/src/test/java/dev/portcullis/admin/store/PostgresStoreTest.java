package dev.portcullis.admin.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
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

    @Test
    void everyListAndLookUp_isByAnIndexWithoutSorting() throws Exception {
        Samples.insertUser(store, ManyReads.USER);
        test.failAt(0);
        ManyReads.lists(store);
        ManyReads.listsOfCredentials(store);
        ManyReads.lookUps(store);
        List<String> queries = test.stopFailing().stream()
                .filter(sql -> sql.matches("\\(?SELECT.*")).toList();
        assertThat(queries).hasSize(
                ManyReads.LISTS + ManyReads.LISTS_OF_CREDENTIALS + ManyReads.LOOK_UPS);
        for (String query : queries) {
            test.assertByIndexes(query);
        }
    }
}
