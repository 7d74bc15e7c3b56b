/*
 * How a revocation reaches every gateway, for the model checker spin. README.md beside it says what
 * is modelled and what is left out; docs/propagation.md has the rules and the words.
 *
 * One credential is live at revision 0; the commit of revision 1 revokes it. A record as of
 * revision 1 refuses, so it can do no wrong and is left out: every record here is the stale one.
 * Each action is one atomic step; what can come between two steps in the program are two actions
 * here. Time is ticks: every clock is a count-down that stops at 0.
 *
 * -DBREAK_... leaves one rule out; each must then be found wanting.
 */
#ifndef G
#define G 1                     /* gateways, 1 or 2 */
#endif
#ifndef R
#define R 2                     /* replicas of the admin-service, 1 or 2 */
#endif
#ifndef L
#define L 2                     /* ticks of a lease */
#endif
#ifdef BREAK_MARGIN
#define M 0
#else
#define M 1                     /* margin: a gateway's clock may be slow by so many ticks in a lease */
#endif
#if R > 1
#define FULL                    /* caches are full of all that no floor forbids: see README.md */
#endif
#define AT(r, g) ((r) * G + (g))
#define NONE 2                  /* no replica */
#define MIN(a, b) ((a) < (b) -> (a) : (b))
#define MAX(a, b) ((a) > (b) -> (a) : (b))
#define DOWN(t) t = ((t) > 0 -> (t) - 1 : 0)

/* ------------------------------------------------------------------------------ the database */
bit head;                       /* revision of the latest commit */
bit row[R];                     /* whether the replica has a row */
bit rowAck[R];                  /* acked_revision of the row */

/* -------------------------------------------------------------------------------- the promise */
bit propagated;                 /* the call of revoke has answered so */
byte untilAll;                  /* ticks until effective_everywhere_by, from the commit on */
#define DONE (propagated || (head && untilAll == 0))

/* ------------------------------------------------------------------------------- each replica */
byte alive[R];                  /* 0 not running, 1 starting, 2 running */
bit fed[R];                     /* what its feed has read, or it has committed itself */
byte ceiling[R];                /* ticks until the end of every lease it may give */
byte byCommit[R];               /* the same for a gateway that has not applied revision 1 */
byte waits[R];                  /* the call of revoke: 0 none, 1 committed, 2 other replicas done */
bit fresh[R];                   /* whether the other row has a version not yet seen from here */
byte unseen[R];                 /* ticks until the other row, as seen from here, has lapsed */

#if R == 1
byte unknown;                   /* ticks for which leases of the process before may run (LeaseMark) */
#endif

/* --------------------------------------------- each replica's lease table: its view of gateways */
bit attached[R * G];
bit applied[R * G];
bit required[R * G];
byte leaseEnd[R * G];           /* margin included */
byte counted[R * G];

/* ------------------------------------------------------------------------------- each gateway */
byte stream[G];                 /* the replica at the other end; NONE */
bit told[G];                    /* what the origin has sent on this stream */
byte caughtUp[G];               /* 0 hello sent, 1 attached, 2 CaughtUp sent */
bit caughtUpAt[G];              /* the revision that CaughtUp stands behind */
byte question[G];               /* for a lease: 0 none, 1 sent, 2 granted */
byte questionLeft[G];           /* L less the ticks since it was sent; once granted, of the lease */
bit grantAt[G];                 /* the revision that it stands behind */
byte lease[G];
bit slipped[G];                 /* whether the clock has been slow by a tick in this lease */
bit floor[G];
bit l1[G];                      /* whether the stale record is in L1 */
byte applying[G];               /* of revision 1: 0 nothing, 1 and 2 floor and eviction, 3 loops */
byte task[G];                   /* on the event loop: 0 none, 1 lease looked at, 2 record read */
byte answer[G];                 /* to a look-up, stale: 0 none, 1 the origin's, 2 L2's */
bit checked[G];                 /* held against the floor, not yet put in (BREAK_FILL) */

/* ------------------------------------------------- the rules of a gateway that may be left out */
#ifdef FULL
/* received as it is sent: one that takes longer is for a shorter lease at the gateway */
#define ASKS(g) (question[g] == 0)
#else
#define ASKS(g) (question[g] == 1)
#endif
#ifdef BREAK_GRANT_ORDER
#define SENT_BEFORE(r, g) 1
#define JOINED 1
#else
#define SENT_BEFORE(r, g) (told[g] || !fed[r])
#define JOINED 2
#endif
#ifdef BREAK_GRANT_APPLIED
#define APPLIED_BEFORE(g) 1
#else
#define APPLIED_BEFORE(g) (!grantAt[g] || applying[g] == 3)
#endif
#define CAUGHT_UP(g) (caughtUp[g] == 2 && (!caughtUpAt[g] || applying[g] == 3))
#ifdef BREAK_L2_FLOOR
#define ADMITS(g) (answer[g] == 2 || !floor[g])
#else
#define ADMITS(g) (!floor[g])
#endif
#ifdef BREAK_LOOPS
#define LOOPS_PASSED(g) 1
#else
#define LOOPS_PASSED(g) (task[g] == 0)
#endif
#ifdef BREAK_LAPSED
#define HOLDS(g) 1
#else
#define HOLDS(g) (lease[g] > 0)
#endif

/* --------------------------------------------------------------------------------- lease table */
/* whether a gateway cannot answer without having applied revision 1 */
#ifdef BREAK_NEWCOMER
#define CONFIRMED(i) (leaseEnd[i] > 0 -> applied[i] : 1)
#else
#define CONFIRMED(i) (leaseEnd[i] > 0 -> applied[i] : (counted[i] > 0 -> \
        (applied[i] || required[i]) : 1))
#endif
#if G == 1
#define OWN(r) CONFIRMED(AT(r, 0))
#else
#define OWN(r) (CONFIRMED(AT(r, 0)) && CONFIRMED(AT(r, 1)))
#endif
#define ACKED(r) (fed[r] && OWN(r))

inline count(r, g) {
#ifndef BREAK_NEWCOMER
    required[AT(r, g)] = fed[r];
#endif
    counted[AT(r, g)] = L + M
}

inline forgetGone(i) {          /* neither attached nor holding a lease */
    if
    :: !attached[i] && leaseEnd[i] == 0 -> applied[i] = 0; required[i] = 0
    :: else
    fi
}

inline forget(r) {              /* what a process of the admin-service loses when it ends */
    alive[r] = 0; fed[r] = 0; ceiling[r] = 0; byCommit[r] = 0; waits[r] = 0;
    x = 0;
    do
    :: x < G ->
        attached[AT(r, x)] = 0; applied[AT(r, x)] = 0; required[AT(r, x)] = 0;
        leaseEnd[AT(r, x)] = 0; counted[AT(r, x)] = 0; x++
    :: else -> break
    od;
    x = 0;
    fresh[r] = 1; unseen[r] = 0;
#if R == 1
    row[r] = 0;
#ifndef BREAK_UNKNOWN
    unknown = L + M
#endif
#endif
}

inline announce(r) {            /* the row has another version: news to the other replica */
    fresh[(r + 1) % R] = 1; unseen[(r + 1) % R] = 0
}

#if R == 1
#define LENGTH(r) L
#define OTHER_DONE(r) (unknown == 0)
#else
#define OTHER(r) (1 - (r))
#define LAPSED(r) (row[OTHER(r)] && !fresh[r] && unseen[r] == 0)
#define OTHER_DONE(r) (!row[OTHER(r)] || rowAck[OTHER(r)] || LAPSED(r))
#ifdef BREAK_CEILING
#define LENGTH(r) L
#else
#define LENGTH(r) ceiling[r]
#endif
#endif

proctype Replica(byte r) {
    byte x;
    do
    /* rule 5: the row first, then the head revision */
    :: d_step { alive[r] == 0 && !row[r] ->
        alive[r] = 1;
#ifdef BREAK_START
        fed[r] = head
#else
        row[r] = 1; rowAck[r] = 0; announce(r)
#endif
       }
    :: d_step { alive[r] == 1 ->
        alive[r] = 2;
#ifdef BREAK_START
        row[r] = 1; rowAck[r] = fed[r]; announce(r)
#else
        fed[r] = head
#endif
       }
    :: d_step { alive[r] == 2 -> forget(r) }

    /* the commit, and the barrier over it; replicas are alike, so it is always the first's */
#ifdef BREAK_ROW_READ
    :: d_step { r == 0 && alive[r] == 2 && !head && !waits[r] && OTHER_DONE(r) -> waits[r] = 2 }
    :: d_step { alive[r] == 2 && !head && waits[r] ->
        head = 1; fed[r] = 1; byCommit[r] = L; untilAll = L + M }
#else
    :: d_step { r == 0 && alive[r] == 2 && !head ->
        head = 1; fed[r] = 1; byCommit[r] = L; untilAll = L + M; waits[r] = 1 }
#endif
    :: d_step { waits[r] == 1 && OTHER_DONE(r) -> waits[r] = 2 }    /* rule 6: read after it */
    :: d_step { head && waits[r] == 2 && !propagated && OWN(r) -> propagated = 1; waits[r] = 0 }

#if R > 1
    /* what another replica has committed counts from the last renewal that did not include it */
    :: d_step { alive[r] == 2 && !fed[r] && head -> fed[r] = 1; byCommit[r] = ceiling[r] }

    /* its row, rules 1 and 2; that it was sent earlier, or heard of later, gives shorter leases */
    :: d_step { alive[r] == 2 && row[r] ->
        rowAck[r] = (rowAck[r] || ACKED(r)); announce(r);
        ceiling[r] = (fed[r] || !head -> L : ceiling[r]) }
    :: d_step { alive[r] == 2 && !row[r] ->
        /* expelled: a new row, then the head, and all gateways begin anew */
        ceiling[r] = 0; row[r] = 1; rowAck[r] = 0; announce(r);
        x = 0;
        do
        :: x < G ->
            required[AT(r, x)] = head;
            counted[AT(r, x)] = (attached[AT(r, x)] -> L + M : 0); x++
        :: else -> break
        od;
        x = 0 }

    /* the row of the other, rule 3 */
    :: d_step { alive[r] == 2 && row[OTHER(r)] && fresh[r] ->
        fresh[r] = 0;
#ifdef BREAK_LAPSE
        unseen[r] = 1
#else
        unseen[r] = L + M
#endif
        }
    :: d_step { alive[r] == 2 && LAPSED(r) ->
        row[OTHER(r)] = 0; rowAck[OTHER(r)] = 0; fresh[r] = 1 }
#endif
    od
}

/* Replica r's side of a stream of gateway g. */
proctype Origin(byte r; byte g) {
    byte length;
    do
    /* Hello: attach, then read what was missed */
    :: d_step { alive[r] == 2 && stream[g] == r && caughtUp[g] == 0 ->
        caughtUp[g] = 1; attached[AT(r, g)] = 1; applied[AT(r, g)] = (applying[g] == 3);
        count(r, g) }
    :: d_step { attached[AT(r, g)] && stream[g] == r && caughtUp[g] == 1 ->
        told[g] = head; caughtUpAt[g] = head; caughtUp[g] = 2 }
    :: d_step { attached[AT(r, g)] && stream[g] == r && caughtUp[g] >= 2 && fed[r] && !told[g] ->
        told[g] = 1 }
    :: d_step { attached[AT(r, g)] && stream[g] == r && told[g] && applying[g] == 3 &&
            !applied[AT(r, g)] -> applied[AT(r, g)] = 1 }
    :: d_step { attached[AT(r, g)] && stream[g] == r && ASKS(g) && caughtUp[g] >= JOINED &&
            SENT_BEFORE(r, g) ->
#ifdef FULL
        questionLeft[g] = L;
#endif
        if
        :: leaseEnd[AT(r, g)] == 0 && counted[AT(r, g)] == 0 -> count(r, g)
        :: else
        fi;
        length = (applied[AT(r, g)] || !required[AT(r, g)] -> LENGTH(r) : 0);
#ifndef BREAK_COMMIT_BOUND
        length = (fed[r] && !applied[AT(r, g)] -> MIN(length, byCommit[r]) : length);
#endif
        if
        :: length > 0 ->
            leaseEnd[AT(r, g)] = MAX(leaseEnd[AT(r, g)], length + M);
            /* the gateway counts from when it asked */
#ifdef BREAK_RECEIPT
            questionLeft[g] = length;
#else
            questionLeft[g] = (length + questionLeft[g] > L -> length + questionLeft[g] - L : 0);
#endif
            question[g] = 2; grantAt[g] = told[g]
        :: else -> question[g] = 0; questionLeft[g] = 0
        fi;
        length = 0 }
    /* the stream has ended as far as the origin can see, or has it */
    :: d_step { attached[AT(r, g)] ->
        attached[AT(r, g)] = 0; counted[AT(r, g)] = 0; forgetGone(AT(r, g)) }
    od
}

inline dropStream(g) {
    stream[g] = NONE; told[g] = 0; caughtUp[g] = 0; caughtUpAt[g] = 0; question[g] = 0;
    questionLeft[g] = 0; grantAt[g] = 0
}

inline endProcess(g) {
    dropStream(g); lease[g] = 0; slipped[g] = 0; floor[g] = 0; l1[g] = 0; applying[g] = 0;
    task[g] = 0; answer[g] = 0; checked[g] = 0
}

/* Gateway g: its control thread. */
proctype Control(byte g) {
    byte r;
    do
    /* killed, and started again */
    :: d_step { stream[g] != NONE || lease[g] || l1[g] || floor[g] || answer[g] -> endProcess(g) }
    /* it stops in order: no lease, every loop passed, then the stream is half-closed */
    :: d_step { task[g] == 0 && stream[g] != NONE && attached[AT(stream[g], g)] ->
        r = stream[g];
        leaseEnd[AT(r, g)] = 0; counted[AT(r, g)] = 0; attached[AT(r, g)] = 0;
        forgetGone(AT(r, g)); r = 0; endProcess(g) }
    :: d_step { stream[g] == NONE -> stream[g] = 0 }
#if R > 1
    :: d_step { stream[g] == NONE -> stream[g] = 1 }
#endif
    :: d_step { stream[g] != NONE -> dropStream(g) }

    /* a change: floor, eviction, every loop; only then it is acknowledged */
#ifdef FULL
    :: d_step { told[g] && applying[g] == 0 -> floor[g] = 1; applying[g] = 3 }
#elif defined(BREAK_EVICT_FIRST)
    :: d_step { told[g] && applying[g] == 0 -> l1[g] = 0; applying[g] = 1 }
    :: d_step { applying[g] == 1 -> floor[g] = 1; applying[g] = 2 }
#else
    :: d_step { told[g] && applying[g] == 0 -> floor[g] = 1; applying[g] = 1 }
    :: d_step { applying[g] == 1 -> l1[g] = 0; applying[g] = 2 }
#endif
#ifndef FULL
    :: d_step { applying[g] == 2 && LOOPS_PASSED(g) -> applying[g] = 3 }
#endif

#ifndef FULL
    :: d_step { stream[g] != NONE && question[g] == 0 -> question[g] = 1; questionLeft[g] = L }
#endif
    :: d_step { question[g] == 2 && APPLIED_BEFORE(g) && CAUGHT_UP(g) ->
        lease[g] = questionLeft[g]; slipped[g] = 0; question[g] = 0; questionLeft[g] = 0;
        grantAt[g] = 0 }
    od
}

/* Gateway g: requests, on an event loop, and what they ask. */
proctype Loop(byte g) {
    do
#ifdef FULL
    /* whatever a floor does not forbid is there: more than any cache could do wrong */
    :: atomic { HOLDS(g) && !floor[g] && DONE -> assert(false) }
#else
    :: d_step { task[g] == 0 && HOLDS(g) && l1[g] -> task[g] = 1 }
    :: d_step { task[g] == 1 -> task[g] = (l1[g] -> 2 : 0) }
    :: atomic { task[g] == 2 -> assert(!DONE); task[g] = 0 }    /* the verdict: let through */

    /* a miss: the origin is asked; with a lease the shared cache may be, which forgets nothing */
    :: d_step { answer[g] == 0 && !head && (alive[0] == 2 || alive[R - 1] == 2) -> answer[g] = 1 }
    :: d_step { answer[g] == 0 && HOLDS(g) -> answer[g] = 2 }
    /* L1 takes what the floor admits, in one step */
#ifdef BREAK_FILL
    :: d_step { answer[g] && !checked[g] && ADMITS(g) -> checked[g] = 1 }
    :: d_step { checked[g] -> l1[g] = 1; checked[g] = 0; answer[g] = 0 }
#else
    :: d_step { answer[g] && ADMITS(g) -> l1[g] = 1; answer[g] = 0 }
#endif
    /* on the loop of one who shared it: once more against floor and lease, the verdict follows */
    :: d_step { answer[g] && !checked[g] && task[g] == 0 && HOLDS(g) && ADMITS(g) ->
        task[g] = 2; answer[g] = 0 }
    :: d_step { answer[g] && !checked[g] && !ADMITS(g) -> answer[g] = 0 }
#endif
    od
}

/* Time. A task of a loop takes none; the margin is for the clock of a gateway being slow. */
#if G == 1
#define BUSY (task[0])
#else
#define BUSY (task[0] || task[1])
#endif
#ifdef BREAK_RECEIPT
#define PASSES(g) (question[g] < 2)
#else
#define PASSES(g) 1
#endif

inline tick(slow) {             /* slow: which gateways' clocks stand still, one bit for each */
    DOWN(untilAll);
#if R == 1
    DOWN(unknown);
#endif
    x = 0;
    do
    :: x < R -> DOWN(ceiling[x]); DOWN(byCommit[x]); DOWN(unseen[x]); x++
    :: else -> break
    od;
    x = 0;
    do
    :: x < R * G -> DOWN(leaseEnd[x]); DOWN(counted[x]); forgetGone(x); x++
    :: else -> break
    od;
    x = 0;
    do
    :: x < G ->
        questionLeft[x] = (questionLeft[x] > 0 && PASSES(x) -> questionLeft[x] - 1 :
                questionLeft[x]);
        if
        :: (slow) & (1 << x) -> slipped[x] = 1
        :: else -> DOWN(lease[x])
        fi;
        slipped[x] = (lease[x] > 0 -> slipped[x] : 0);
        x++
    :: else -> break
    od;
    x = 0
}

#define MAY_SLIP(g) (lease[g] > 0 && !slipped[g])
proctype Clock() {
    byte x;
    do
    :: d_step { !BUSY -> tick(0) }
    :: d_step { !BUSY && MAY_SLIP(0) -> tick(1) }
#if G > 1
    :: d_step { !BUSY && MAY_SLIP(1) -> tick(2) }
    :: d_step { !BUSY && MAY_SLIP(0) && MAY_SLIP(1) -> tick(3) }
#endif
    od
}

init {
    byte x, y;
    atomic {
        x = 0;
        do
        :: x < G -> stream[x] = NONE; run Control(x); run Loop(x); x++
        :: else -> break
        od;
        x = 0;
        do
        :: x < R ->
            fresh[x] = 1; run Replica(x); y = 0;
            do
            :: y < G -> run Origin(x, y); y++
            :: else -> break
            od;
            x++
        :: else -> break
        od;
        run Clock();
        x = 0; y = 0
    }
}

/* Checked apart, and must be violated: the promise can be kept. */
#ifdef REACH
active proctype Reached() { atomic { propagated -> assert(false) } }
#endif
