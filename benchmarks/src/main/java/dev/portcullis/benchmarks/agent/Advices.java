package dev.portcullis.benchmarks.agent;

import java.time.InstantSource;
import net.bytebuddy.asm.Advice;

/** What is put into methods: the code of these is copied there, it is never called here. */
final class Advices {
    private Advices() {}

    /** Into a constructor whose first parameter is the wall clock. */
    static final class WallClock {
        private WallClock() {}

        @Advice.OnMethodEnter
        static void enter(@Advice.Argument(value = 0, readOnly = false) InstantSource clock) {
            clock = SetClock.over(clock);
        }
    }

    /** Into a method that answers yes or no. */
    static final class Yes {
        private Yes() {}

        @Advice.OnMethodExit
        static void exit(@Advice.Return(readOnly = false) boolean answer) {
            answer = true;
        }
    }

    /** Into one that applies a change. */
    static final class NotApplied {
        private NotApplied() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter() {
            return true;
        }
    }

    /** Into one that applies a change. */
    static final class AppliedLate {
        private AppliedLate() {}

        @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
        static boolean enter(
                @Advice.This Object target, @Advice.Argument(0) long revision,
                @Advice.Argument(1) Object changed) {
            return Late.postpones(target, revision, changed);
        }
    }
}
