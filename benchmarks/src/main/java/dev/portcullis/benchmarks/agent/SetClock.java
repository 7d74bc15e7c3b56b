package dev.portcullis.benchmarks.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

/** A wall clock that is wrong by as much as a file says, in milliseconds. Any thread. */
public final class SetClock implements InstantSource {
    private static final int LOOK_MILLIS = 10;

    private static volatile long offsetMillis;

    private final InstantSource right;

    private SetClock(InstantSource right) {
        this.right = right;
    }

    /** The same clock, set as this process's file says. */
    public static InstantSource over(InstantSource right) {
        return new SetClock(right);
    }

    /** Follows a file, which need not be there yet. */
    static void follow(Path file) {
        look(file);
        Thread thread = new Thread(() -> {
            try {
                while (true) {
                    TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
                    look(file);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, "set clock");
        thread.setDaemon(true);
        thread.start();
    }

    private static void look(Path file) {
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII).strip();
            if (text.matches("-?[0-9]{1,12}")) {
                offsetMillis = Long.parseLong(text);
            }
        } catch (IOException e) {
            // nobody has set it yet, or it is being written
        }
    }

    @Override
    public Instant instant() {
        return right.instant().plusMillis(offsetMillis);
    }

    @Override
    public long millis() {
        return right.millis() + offsetMillis;
    }
}
