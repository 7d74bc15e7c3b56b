package dev.portcullis.cli.config;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Lists of addresses to connect to: {@code one:7073,other:7073}. */
final class AddressList {
    static final ValueType<List<Address>> TYPE = ValueType.list("list of host:port",
            AddressList::parse,
            addresses -> addresses.stream().map(Address::toString)
                    .collect(Collectors.joining(",")));

    private static final int COUNT_MAX = 64;

    private AddressList() {}

    private static List<Address> parse(List<String> entries) throws BadValueException {
        if (entries.size() > COUNT_MAX) {
            throw new BadValueException(entries.size() + " entries, at most " + COUNT_MAX);
        }
        List<Address> addresses = new ArrayList<>();
        for (String entry : entries) {
            Address address = Address.parse(entry);
            if (address.port() == 0) {
                throw new BadValueException("'" + entry + "' has no port to connect to");
            }
            if (addresses.contains(address)) {
                throw new BadValueException("'" + entry + "' is given twice");
            }
            addresses.add(address);
        }
        return List.copyOf(addresses);
    }
}
