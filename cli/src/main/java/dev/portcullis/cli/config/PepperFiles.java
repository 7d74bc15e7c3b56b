package dev.portcullis.cli.config;

import dev.portcullis.core.token.Pepper;
import dev.portcullis.core.token.Peppers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * Where peppers are, and the peppers themselves. A pepper is kept in a file of its own, that its
 * owner alone can read; no message shows any of it.
 *
 * @param files by id, in the order given
 */
record PepperFiles(Map<String, Path> files) {
    /** How they are written: {@code 2025=/etc/portcullis/2025.pepper,2026=...}. */
    static final ValueType<PepperFiles> TYPE =
            ValueType.list("list of id=file", PepperFiles::parse, PepperFiles::print);

    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,32}");
    /** Base64, in either alphabet, with or without padding. */
    private static final Pattern BASE64 = Pattern.compile("[A-Za-z0-9+/_-]+={0,2}");
    private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2}){32,}");
    private static final int FILE_BYTES_MAX = 4_096;

    PepperFiles {
        files = new LinkedHashMap<>(files);
    }

    private static PepperFiles parse(List<String> entries) throws BadValueException {
        Map<String, Path> files = new LinkedHashMap<>();
        for (String entry : entries) {
            int equals = entry.indexOf('=');
            String id = equals < 0 ? entry : entry.substring(0, equals);
            if (equals < 0 || equals == entry.length() - 1) {
                throw new BadValueException("'" + entry + "' is not id=file, such as "
                        + "2025=/etc/portcullis/2025.pepper");
            }
            if (!ID.matcher(id).matches()) {
                throw new BadValueException("'" + id + "' is not 1 to 32 of a-z, 0-9 and -");
            }
            Path file = ValueType.PATH.parse(entry.substring(equals + 1));
            if (files.putIfAbsent(id, file) != null) {
                throw new BadValueException("the id '" + id + "' is given twice");
            }
        }
        if (files.size() > Peppers.COUNT_MAX) {
            throw new BadValueException(
                    files.size() + " entries, at most " + Peppers.COUNT_MAX);
        }
        return new PepperFiles(files);
    }

    private String print() {
        List<String> entries = new ArrayList<>();
        files.forEach((id, file) -> entries.add(id + "=" + file));
        return String.join(",", entries);
    }

    /**
     * Reads them all; every one that cannot be used is a mistake.
     *
     * @param origin where the list was given
     * @param current the id of the one for new secrets; null for none
     * @return what could be read
     */
    Peppers read(Origin origin, String current, Mistakes mistakes) {
        Map<String, Pepper> peppers = new LinkedHashMap<>();
        files.forEach((id, file) -> {
            try {
                peppers.put(id, Pepper.of(id, key(file)));
            } catch (BadValueException e) {
                mistakes.add(origin, Settings.TOKENS_PEPPERS.key() + ": the pepper '" + id + "': "
                        + file + " " + e.getMessage());
            }
        });
        return Peppers.of(peppers.get(current), peppers.values());
    }

    private static byte[] key(Path file) throws BadValueException {
        byte[] text = octets(file);
        try {
            String stripped = new String(text, StandardCharsets.ISO_8859_1).strip();
            byte[] key = decoded(stripped);
            if (key == null
                    || key.length < Pepper.KEY_OCTETS_MIN || key.length > Pepper.KEY_OCTETS_MAX) {
                throw new BadValueException("does not hold " + Pepper.KEY_OCTETS_MIN + " to "
                        + Pepper.KEY_OCTETS_MAX + " octets as base64 or hexadecimal; make one "
                        + "with: openssl rand -base64 32");
            }
            return key;
        } finally {
            Arrays.fill(text, (byte) 0);
        }
    }

    private static byte[] octets(Path file) throws BadValueException {
        if (!Files.exists(file)) {
            throw new BadValueException("is not there: tokens that name this pepper cannot be "
                    + "verified without it");
        }
        return SecretFile.octets(file, FILE_BYTES_MAX);
    }

    /** Hexadecimal where it is long enough for that, else base64; null when it is neither. */
    private static byte[] decoded(String text) {
        try {
            if (HEX.matcher(text).matches()) {
                return HexFormat.of().parseHex(text);
            }
            if (!BASE64.matcher(text).matches()) {
                return null;
            }
            return Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
