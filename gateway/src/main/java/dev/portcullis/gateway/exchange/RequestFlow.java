package dev.portcullis.gateway.exchange;

import dev.portcullis.gateway.http1.RequestHead;
import dev.portcullis.gateway.http1.Trailers;
import dev.portcullis.gateway.lookup.Lookup;
import dev.portcullis.gateway.lookup.LookupResult;
import dev.portcullis.gateway.outcome.Refusal;
import dev.portcullis.gateway.protect.Guard;
import dev.portcullis.gateway.rewrite.RequestRewriter;
import dev.portcullis.gateway.rewrite.UpstreamRequest;
import dev.portcullis.gateway.upstream.Retries;
import dev.portcullis.gateway.upstream.UpstreamConnection;
import dev.portcullis.gateway.upstream.UpstreamPool;
import dev.portcullis.gateway.verdict.Judge;
import dev.portcullis.gateway.verdict.Question;
import dev.portcullis.gateway.verdict.Verdict;
import io.netty.channel.EventLoop;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What happens to a request, in order. This is the table of contents of the gateway: every station
 * is one step here, and no request takes another way.
 *
 * <pre>
 *   begin     the head is there, its framing is safe to trust
 *   judge     route, credential, look-up, verify, authorise      may refuse
 *   rewrite   the upstream head, which demands the permit
 *   answer    where another proxy has asked: the verdict, and the end
 *   lease     a connection to the application, on this loop      may fail
 *   relay     request there, response back                       may break
 *   finish    connection given back, one log line, one count
 * </pre>
 *
 * <p>Not thread-safe: one for each event loop, and everything happens on that loop.
 */
public final class RequestFlow {
    private static final Logger LOG = LoggerFactory.getLogger(RequestFlow.class);
    private static final byte[] NO_BODY = {};
    private static final int OK = 200;

    private final EventLoop loop;
    private final Judge judge;
    private final Lookup lookup;
    private final RequestRewriter rewriter;
    private final Ledger ledger;
    private Routing routing;
    private Restraint restraint;
    private boolean answersQuestions;

    /** The flow of one loop, to be told where to {@link #route}. */
    public RequestFlow(
            EventLoop loop, Judge judge, Lookup lookup, RequestRewriter rewriter, Ledger ledger) {
        this.loop = loop;
        this.judge = judge;
        this.lookup = lookup;
        this.rewriter = rewriter;
        this.ledger = ledger;
    }

    /** Whether other proxies may ask for verdicts over HTTP. To be told before it begins. */
    public void answerQuestions(boolean may) {
        answersQuestions = may;
    }

    /** Routes what begins from now on by these. On the loop, but for the first time. */
    public void route(Routing by) {
        routing = by;
    }

    /** Asks that guard from now on. Before anything begins. */
    public void guardedBy(Guard by) {
        restraint = new Restraint(by);
    }

    Routing routing() {
        return routing;
    }

    /** The head is there: on to the verdict. */
    void begin(Exchange exchange) {
        exchange.caller(rewriter.callerOf(exchange.caller(), exchange.head()));
        // what is asked about at another door is itself no question, whatever its path
        boolean asks = answersQuestions && !exchange.asksOnly()
                && Question.isAsked(exchange.head());
        if (asks) {
            // first of all: it says how every refusal is told
            exchange.asks();
        }
        ledger.began(exchange);
        if (!restraint.admits(exchange)) {
            refuse(exchange, Refusal.OVERLOADED);
            return;
        }
        exchange.enter(ExchangePhase.VERDICT);
        if (asks && !takeQuestion(exchange)) {
            refuse(exchange, Refusal.QUESTION_MALFORMED);
            return;
        }
        judge.judge(exchange.routing().table(), exchange.judged(), exchange.verdict(),
                exchange.source(), exchange.beganMillis());
        if (!exchange.verdict().awaitsRecords()) {
            conclude(exchange, false);
        } else if (isHeldBack(exchange)) {
            refuse(exchange, Refusal.RATE_LIMITED);
        } else {
            fetchRecords(exchange);
        }
    }

    /** Nothing is looked up for who has failed too often, but what L1 holds is still verified. */
    private boolean isHeldBack(Exchange exchange) {
        return !lookup.knows(exchange.verdict().claim().credential().prefix())
                && restraint.holdsBack(exchange);
    }

    /** Another proxy asks about a request before it forwards it; false when it cannot be told. */
    private static boolean takeQuestion(Exchange exchange) {
        RequestHead question = Question.of(exchange.head());
        exchange.ask(question);
        return question != null;
    }

    /** There is no head to be judged: it was malformed, too large or too late. */
    void refuseHead(Exchange exchange, Refusal why) {
        if (answersQuestions) {
            // it may have been a question, which is never answered with 200, by whatever protocol
            exchange.asks();
        }
        ledger.began(exchange);
        refuse(exchange, why);
    }

    /** The records are not in memory, or may not be believed: they come later, on this loop. */
    private void fetchRecords(Exchange exchange) {
        resolve(exchange, records -> recordsCame(exchange, records));
    }

    /** A fault in what follows must not be swallowed by the promise: the exchange would hang. */
    private void resolve(Exchange exchange, Consumer<LookupResult> then) {
        lookup.resolve(exchange.verdict().claim().credential().prefix(), loop)
                .whenComplete((records, error) -> {
                    try {
                        then.accept(records);
                    } catch (RuntimeException e) {
                        LOG.error("the gateway failed on an exchange", e);
                        exchange.failed();
                    }
                });
    }

    /** The verdict is made in this very task, for only now is it sure that the records are good. */
    private void recordsCame(Exchange exchange, LookupResult records) {
        if (exchange.isOver()) {
            return;
        }
        judge.decide(exchange.judged(), exchange.verdict(), records, exchange.source(),
                ledger.nowMillis());
        conclude(exchange, true);
        exchange.flush();
        exchange.downstream().flush();
    }

    private void conclude(Exchange exchange, boolean fetched) {
        ledger.judged(exchange, fetched);
        Refusal refusal = exchange.verdict().refusal();
        if (refusal != null) {
            ledger.refusedByVerdict(exchange);
            refuse(exchange, restraint.judged(exchange, refusal));
            return;
        }
        if (!restraint.isWithinRate(exchange)) {
            refuse(exchange, Refusal.RATE_LIMITED);
            return;
        }
        ledger.permitted(exchange);
        if (exchange.asksOnly()) {
            answer(exchange);
        } else if (exchange.announcesTooMuch()) {
            refuse(exchange, Refusal.BODY_TOO_LARGE);
        } else if (!admits(exchange)) {
            refuse(exchange, Refusal.UPSTREAM_SATURATED);
        } else {
            lease(exchange);
        }
    }

    /**
     * A record that an exchange hangs on has changed, or its credential's time is over: the verdict
     * is made again, and whatever it cannot be made of does not pass.
     */
    void verifyAnew(Exchange exchange) {
        Verdict before = exchange.verdict();
        resolve(exchange, records -> {
            Verdict again = before.again();
            if (!exchange.isOver()) {
                judge.decide(exchange.judged(), again, records, exchange.source(),
                        ledger.nowMillis());
            }
            exchange.verifiedAnew(again);
        });
    }

    /** Whether a change to what a verdict rests on would have been told. */
    boolean vouched() {
        return lookup.vouchesFor(ledger.nowMillis());
    }

    /** Whether the application may have one more; nothing waits for that. */
    private static boolean admits(Exchange exchange) {
        int max = exchange.verdict().route().config().limits().exchangesMax();
        if (max == 0) {
            return true;
        }
        if (!pool(exchange).cluster().stats().admit(max)) {
            return false;
        }
        exchange.admitted();
        return true;
    }

    /** A permitted request: on to the application. */
    private void lease(Exchange exchange) {
        exchange.enter(ExchangePhase.LEASE);
        exchange.leasesAtOnce(true);
        pool(exchange).lease(exchange);
        exchange.leasesAtOnce(false);
    }

    /** What is known of the attempts of a request, the first of which has failed. */
    Retries retries(Exchange exchange) {
        return new Retries(pool(exchange).cluster());
    }

    /** A request that may be sent once more. */
    void leaseAgain(Exchange exchange, Retries retries) {
        exchange.enter(ExchangePhase.LEASE);
        pool(exchange).leaseNew(exchange, retries);
    }

    private static UpstreamPool pool(Exchange exchange) {
        return exchange.routing().pools().get(exchange.verdict().route().index());
    }

    /** Who asked is told that the request may pass, and who it is that calls. */
    private void answer(Exchange exchange) {
        exchange.downstream().sendLocal(
                rewriter.answer(exchange.verdict().permit(), exchange.requestId()), NO_BODY, false);
        exchange.answered(OK);
    }

    /** A connection is there: what goes over it is written from the head and the permit alone. */
    void forward(Exchange exchange, UpstreamConnection connection) {
        ledger.sending(exchange);
        UpstreamRequest request = rewriter.rewrite(
                exchange.head(),
                exchange.verdict().permit(),
                exchange.verdict().route(),
                exchange.caller(),
                exchange.requestId());
        connection.send(request);
    }

    /** What a gRPC caller is told at the end of a response that is broken off. */
    Trailers trailers(Exchange exchange, Refusal why) {
        return ledger.trailers(exchange, why);
    }

    /** Ends an exchange with a reply of the gateway's own. */
    void refuse(Exchange exchange, Refusal refusal) {
        exchange.refused(refusal, ledger.reply(exchange, refusal));
    }

    /** The monotonic clock, for the upstream's part. */
    long upstreamClock() {
        return ledger.nanoTime();
    }

    /** When an exchange has got its upstream connection, on that clock. */
    long leasedAt(Exchange exchange) {
        return ledger.leasedAt(exchange);
    }

    /** The last station of every exchange, however it went. */
    void finish(Exchange exchange) {
        restraint.left(exchange);
        if (exchange.isAdmitted()) {
            pool(exchange).cluster().stats().leave();
        }
        ledger.finished(exchange);
    }
}
