package dev.portcullis.gateway.http1;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.http1.MessageHead.Progress;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Random;

/** Reads heads in one piece or in many, and says all that was understood. */
final class HeadReading {
    private HeadReading() {}

    /** Everything a head says, with the octets it left unread; or why it was refused. */
    static String whole(MessageHead head, byte[] octets) {
        ByteBuf in = Unpooled.wrappedBuffer(octets);
        Progress progress = head.read(in);
        if (progress == Progress.COMPLETE) {
            assertThat(head.length() + in.readableBytes()).isEqualTo(octets.length);
        }
        return describe(progress, head);
    }

    static String inPieces(Random random, MessageHead head, byte[] octets) {
        int most = Fuzz.pick(random, 1, 3, 20, 1000);
        int at = 0;
        Progress progress = Progress.INCOMPLETE;
        while (at < octets.length && progress == Progress.INCOMPLETE) {
            int to = Math.min(octets.length, at + 1 + random.nextInt(most));
            ByteBuf in = Unpooled.wrappedBuffer(octets, at, to - at);
            progress = head.read(in);
            if (progress == Progress.INCOMPLETE) {
                assertThat(in.readableBytes()).isZero();
            }
            at = to - in.readableBytes();
        }
        if (progress == Progress.COMPLETE) {
            assertThat(at).isEqualTo(head.length());
        }
        return describe(progress, head);
    }

    private static String describe(Progress progress, MessageHead head) {
        if (progress != Progress.COMPLETE) {
            return progress + " " + head.problem() + " " + head.startLineIsRead();
        }
        StringBuilder text = new StringBuilder(head.length() + " octets");
        for (int i = 0; i < head.fields(); i++) {
            text.append("\n").append(head.name(i)).append(' ').append(head.isExact(i))
                    .append(' ').append(name(head, i)).append(": ").append(value(head, i));
        }
        return text + (head instanceof RequestHead r ? request(r) : "")
                + (head instanceof ResponseHead r ? response(r) : "");
    }

    private static String request(RequestHead head) {
        return String.join("\n", "",
                head.method() + " " + target(head) + " " + head.minorVersion(),
                head.path() + head.text(head.queryFrom(), head.queryTo()),
                "normal " + head.pathIsNormal() + ", host " + head.hasHost()
                        + (head.hasHost() ? head.text(head.hostFrom(), head.hostTo()) : ""),
                "length " + head.contentLength() + ", chunked " + head.chunked(),
                "alive " + head.keepsAlive() + ", nominates " + head.nominatesFields(),
                "continue " + head.expectsContinue() + ", grpc " + head.grpc(),
                "credentials " + head.credentials() + " " + head.authorization() + " "
                        + head.apiKey());
    }

    private static String response(ResponseHead head) {
        return String.join("\n", "",
                head.minorVersion() + " " + head.status() + " "
                        + head.text(head.reasonFrom(), head.reasonTo()),
                "length " + head.contentLength() + ", chunked " + head.chunked(),
                "alive " + head.keepsAlive() + ", nominates " + head.nominatesFields());
    }

    /** The target as it was sent. */
    static String target(RequestHead head) {
        return head.text(head.methodTo() + 1, head.queryTo());
    }

    static String name(MessageHead head, int field) {
        return head.text(head.nameFrom(field), head.nameTo(field));
    }

    static String value(MessageHead head, int field) {
        return head.text(head.valueFrom(field), head.valueTo(field));
    }
}
