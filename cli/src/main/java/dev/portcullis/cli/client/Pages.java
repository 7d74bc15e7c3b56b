package dev.portcullis.cli.client;

import com.google.protobuf.MessageOrBuilder;
import java.util.List;
import java.util.function.Function;

/** Prints lists page by page, so that memory does not grow with what there is. */
final class Pages {
    static final int SIZE = 500;

    private Pages() {}

    /** Part of a list; {@code next} is empty on the last. */
    record Page<T>(List<T> items, String next) {}

    /** Fetches and prints all pages: {@code fetch} from a page token, {@code row} to cells. */
    static <T extends MessageOrBuilder> void print(
            Output output,
            String field,
            List<String> heads,
            Function<String, Page<T>> fetch,
            Function<T, List<String>> row) {
        Page<T> page = fetch.apply("");
        if (!output.isJson()) {
            Output.Table table = output.startTable(heads);
            table.rows(page.items().stream().map(row).toList());
            while (!page.next().isEmpty()) {
                page = fetch.apply(page.next());
                table.rows(page.items().stream().map(row).toList());
            }
            return;
        }
        output.jsonListStart(field);
        boolean first = true;
        while (true) {
            for (T item : page.items()) {
                output.jsonListItem(item, first);
                first = false;
            }
            if (page.next().isEmpty()) {
                break;
            }
            page = fetch.apply(page.next());
        }
        output.jsonListEnd();
    }
}
