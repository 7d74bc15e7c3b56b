package dev.portcullis.cli.config;

import dev.portcullis.core.access.Cidr;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Lists of ranges of addresses: {@code 10.0.0.0/8,fd00::/8}. */
final class CidrList {
    static final ValueType<List<Cidr>> TYPE = ValueType.list("list of CIDR", CidrList::parse,
            ranges -> ranges.stream().map(Cidr::toString).collect(Collectors.joining(",")));

    private static final int COUNT_MAX = 1_000;

    private CidrList() {}

    private static List<Cidr> parse(List<String> entries) throws BadValueException {
        if (entries.size() > COUNT_MAX) {
            throw new BadValueException(entries.size() + " entries, at most " + COUNT_MAX);
        }
        List<Cidr> ranges = new ArrayList<>();
        for (String entry : entries) {
            try {
                Cidr range = Cidr.parse(entry);
                if (ranges.contains(range)) {
                    throw new BadValueException("'" + entry + "' is given twice");
                }
                ranges.add(range);
            } catch (IllegalArgumentException e) {
                throw new BadValueException("'" + entry + "' is not a range of addresses, such as "
                        + "10.0.0.0/8 or fd00::/8: " + e.getMessage());
            }
        }
        return List.copyOf(ranges);
    }
}
