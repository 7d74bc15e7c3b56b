package dev.portcullis.gateway.http2;

import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;

/**
 * The fields of one message as they came, in their order and with all that came twice: Netty's own
 * form sorts the pseudo-header fields to the front, and with that hides that they stood elsewhere
 * (RFC 9113, section 8.3). A decoder fills the same section again and again.
 *
 * <p>Of the map that it extends only what a decoder needs is there: adding, size, and walking
 * through it. Not thread-safe: an event loop owns it.
 */
public final class FieldSection extends DefaultHttp2Headers {
    private static final int KEPT_LINES_MAX = 256;

    /** Names and values in turn. */
    private AsciiString[] texts = new AsciiString[64];
    private int count;

    /** An empty one. */
    public FieldSection() {
        super(false, false, 2);
    }

    @Override
    public Http2Headers add(CharSequence name, CharSequence value) {
        if (count * 2 == texts.length) {
            texts = Arrays.copyOf(texts, texts.length * 2);
        }
        texts[count * 2] = AsciiString.of(name);
        texts[count * 2 + 1] = AsciiString.of(value);
        count++;
        return this;
    }

    /** What a decoder tells interim responses by; null when the first line is none of it. */
    @Override
    public CharSequence status() {
        boolean there = count > 0 && name(0).equals(PseudoHeaderName.STATUS.value());
        return there ? value(0) : null;
    }

    @Override
    public int size() {
        return count;
    }

    @Override
    public boolean isEmpty() {
        return count == 0;
    }

    /** The name of a field line, as it came. */
    public AsciiString name(int line) {
        return texts[line * 2];
    }

    /** The value of a field line, as it came. */
    public AsciiString value(int line) {
        return texts[line * 2 + 1];
    }

    @Override
    public Http2Headers clear() {
        if (texts.length > KEPT_LINES_MAX * 2) {
            texts = new AsciiString[64];
        } else {
            Arrays.fill(texts, 0, count * 2, null);
        }
        count = 0;
        return this;
    }

    @Override
    public Iterator<Map.Entry<CharSequence, CharSequence>> iterator() {
        return new Iterator<>() {
            private int next;

            @Override
            public boolean hasNext() {
                return next < count;
            }

            @Override
            public Map.Entry<CharSequence, CharSequence> next() {
                if (next >= count) {
                    throw new NoSuchElementException();
                }
                int line = next++;
                return Map.entry(name(line), value(line));
            }
        };
    }

    /** How many lines there are: the values may be secret. */
    @Override
    public String toString() {
        return count + " field lines";
    }
}
