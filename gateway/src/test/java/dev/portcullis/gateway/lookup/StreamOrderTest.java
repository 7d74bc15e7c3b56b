package dev.portcullis.gateway.lookup;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.gateway.watch.WatchStats.End;
import dev.portcullis.proto.origin.v1.Hello;
import dev.portcullis.proto.origin.v1.WatchResponse;
import dev.portcullis.proto.origin.v1.Welcome;
import io.grpc.Status;
import java.time.Duration;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What an origin may say when; and what a gateway does that is not wanted. */
class StreamOrderTest {
    /** Something that may not come on a stream which has caught up with revision 10. */
    private record OutOfPlace(String what, Consumer<ScriptedOrigin.Stream> sent) {
        @Override
        public String toString() {
            return what;
        }
    }

    static Stream<OutOfPlace> outOfPlace() {
        return Stream.of(
                new OutOfPlace("a change again", stream -> stream.changes(10, "p:u")),
                new OutOfPlace("an older change", stream -> stream.changes(3, "p:u")),
                new OutOfPlace("caught up again", stream -> stream.caughtUp(10)),
                new OutOfPlace("a reset behind what was told", stream -> stream.reset(10)),
                new OutOfPlace("a lease again",
                        stream -> stream.grant(stream.lastSequence(), 30_000)),
                new OutOfPlace("another welcome", stream -> stream.send(WatchResponse.newBuilder()
                        .setWelcome(Welcome.newBuilder().setProtocol(2)))),
                new OutOfPlace("nothing", stream -> stream.send(WatchResponse.newBuilder())));
    }

    @ParameterizedTest
    @MethodSource("outOfPlace")
    void messageOutOfPlace_endsTheStreamAndIsCounted(OutOfPlace message) {
        try (RecordsFixture f = new RecordsFixture().start()) {
            ScriptedOrigin.Stream first = f.origin.stream();
            message.sent().accept(first);
            f.settle();
            assertThat(first.ended).isTrue();
            assertThat(f.records.watchStats().ended(End.MALFORMED)).isEqualTo(1);
            // and it begins anew
            f.advance(Duration.ofMillis(200));
            assertThat(f.origin.stream()).isNotSameAs(first);
            assertThat(f.records.ready()).isTrue();
        }
    }

    @Test
    void originOfAnEarlierProtocol_isNotFollowed() {
        try (RecordsFixture f = new RecordsFixture()) {
            f.origin.welcomedProtocol = 1;
            f.start();
            f.advance(Duration.ofSeconds(4));
            assertThat(f.records.ready()).isFalse();
            // slowly: only somebody's doing can help
            assertThat(f.origin.streams).hasSize(1);
            f.origin.welcomedProtocol = 2;
            f.advance(Duration.ofSeconds(7));
            assertThat(f.records.ready()).isTrue();
            assertThat(f.records.watchStats().ended(End.PROTOCOL)).isEqualTo(1);
        }
    }

    @Test
    void refusedGateway_triesSlowlyAndItsLeaseLapses() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            f.cut();
            f.origin.refusal = Status.UNAUTHENTICATED.withDescription("the enrolment was ended");
            f.advance(Duration.ofSeconds(31));
            assertThat(f.records.ready()).isFalse();
            assertThat(f.records.watchStats().ended(End.NOT_ADMITTED)).isBetween(3L, 7L);
            f.origin.refusal = null;
            f.advance(Duration.ofSeconds(11));
            assertThat(f.records.ready()).isTrue();
        }
    }

    @Test
    void secondProcessOfAnId_isCountedAndComesAgain() {
        try (RecordsFixture f = new RecordsFixture()) {
            f.origin.refusal = Status.ALREADY_EXISTS;
            f.start();
            f.origin.refusal = null;
            f.advance(Duration.ofMillis(200));
            assertThat(f.records.ready()).isTrue();
            assertThat(f.records.watchStats().ended(End.ID_TAKEN)).isEqualTo(1);
        }
    }

    @Test
    void hello_saysWhoItIsAndStaysSo() {
        try (RecordsFixture f = new RecordsFixture().start()) {
            Hello first = f.origin.stream().hello().getHello();
            assertThat(first.getProtocol()).isEqualTo(2);
            assertThat(first.getInstance()).matches("[A-Za-z0-9._-]{1,64}");
            f.cut();
            f.origin.refusal = null;
            f.advance(Duration.ofMillis(500));
            assertThat(f.origin.streams).hasSize(2);
            Hello second = f.origin.stream().hello().getHello();
            assertThat(second.getInstance()).isEqualTo(first.getInstance());
            assertThat(second.getGatewayId()).isEqualTo(first.getGatewayId());
        }
    }
}
