package dev.portcullis.gateway.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class AccessLogTest {
    @TempDir
    private Path folder;

    @Test
    void entries_appendedToTheFileInOrder() throws Exception {
        Path file = folder.resolve("access.log");
        Files.writeString(file, "before\n");
        try (AccessLog log = started(file)) {
            IntStream.range(0, 5000).forEach(i -> log.write(entry("/" + i)));
        }
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize(5001).startsWith("before");
        for (int i = 0; i < 5000; i++) {
            assertThat(lines.get(i + 1)).contains("\"path\":\"/" + i + "\"");
        }
    }

    @Test
    void entryAfterALongSilence_writtenWithoutAnother() throws Exception {
        Path file = folder.resolve("access.log");
        try (AccessLog log = started(file)) {
            await().until(() -> writerThread().getState() == Thread.State.WAITING);
            log.write(entry("/late"));
            await().until(() -> log.linesWritten() == 1);
            assertThat(Files.readString(file)).contains("/late");
        }
    }

    @Test
    void newFile_hiddenFromOthers() throws Exception {
        Path file = folder.resolve("access.log");
        started(file).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .endsWith("---");
    }

    @Test
    void fileRotatedAway_reopened() throws Exception {
        Path file = folder.resolve("access.log");
        Path rotated = folder.resolve("access.log.1");
        try (AccessLog log = started(file)) {
            log.write(entry("/one"));
            await().until(() -> log.linesWritten() == 1);
            Files.move(file, rotated);
            log.write(entry("/two"));
        }
        assertThat(Files.readString(rotated)).contains("/one").doesNotContain("/two");
        assertThat(Files.readString(file)).contains("/two");
    }

    @Test
    void unwritableFile_startSaysWhichAndWhy() throws Exception {
        Path nowhere = folder.resolve("missing/access.log");
        AccessLog log = AccessLog.create(AccessLogConfig.to(nowhere.toString()));
        assertThatThrownBy(log::start)
                .isInstanceOf(IOException.class)
                .hasMessage("cannot write the access log " + nowhere + ": no such directory");
        AccessLog directory = AccessLog.create(AccessLogConfig.to(folder.toString()));
        assertThatThrownBy(directory::start)
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cannot write the access log " + folder + ": ")
                .hasMessageNotContaining("null");
        log.close();
        directory.close();
    }

    @Test
    void off_nothingIsEnabledOrCounted() throws Exception {
        AccessLog log = AccessLog.create(AccessLogConfig.to(AccessLogConfig.OFF));
        log.start();
        assertThat(log.enabled()).isFalse();
        log.write(entry("/"));
        log.close();
        assertThat(log.linesDropped()).isZero();
    }

    @Test
    void blockedTarget_callersNeverWaitAndDropsAreCounted() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        CountDownLatch blocked = new CountDownLatch(1);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        WritableByteChannel memory = Channels.newChannel(out);
        AccessLog log = AccessLog.create(() -> new FakeChannel() {
            @Override
            public int write(ByteBuffer octets) throws IOException {
                blocked.countDown();
                awaitQuietly(release);
                return memory.write(octets);
            }
        }, 64);
        log.start();
        log.write(entry("/first"));
        blocked.await();
        int offered = 10_000;
        // were a single one of these to wait, the test's time limit would end it
        IntStream.range(0, offered).forEach(i -> log.write(entry("/" + i)));
        assertThat(log.linesDropped()).isEqualTo(offered - 64);
        assertThat(log.linesWritten()).isZero();
        release.countDown();
        log.close();
        assertThat(log.linesWritten()).isEqualTo(65);
        assertThat(out.toString()).contains("/first").contains("\"/63\"").doesNotContain("\"/64\"");
    }

    @Test
    void failingTarget_lossIsCountedAndWritingResumesOnItsOwnLine() throws Exception {
        AtomicBoolean full = new AtomicBoolean(true);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        AccessLog log = AccessLog.create(() -> new FakeChannel() {
            @Override
            public int write(ByteBuffer octets) throws IOException {
                if (full.get() && out.size() > 0) {
                    throw new IOException("No space left on device");
                }
                int taken = full.get() ? 5 : octets.remaining();
                byte[] some = new byte[taken];
                octets.get(some);
                out.write(some);
                return taken;
            }
        }, 64);
        log.start();
        log.write(entry("/lost"));
        await().until(() -> log.linesDropped() == 1);
        full.set(false);
        log.write(entry("/kept"));
        log.close();
        assertThat(log.linesWritten()).isEqualTo(1);
        assertThat(out.toString().lines().toList()).hasSize(2).element(1).asString()
                .startsWith("{").contains("/kept").endsWith("}");
    }

    @Test
    void manyThreads_everyLineIsWrittenOrCounted() throws Exception {
        Path file = folder.resolve("access.log");
        AccessLog log = AccessLog.create(new AccessLogConfig(file.toString(), 100));
        log.start();
        ExecutorService callers = Executors.newFixedThreadPool(4);
        List<Future<?>> running = IntStream.range(0, 4)
                .<Future<?>>mapToObj(caller -> callers.submit(() -> {
                    for (int i = 0; i < 20_000; i++) {
                        log.write(entry("/" + caller + "/" + i));
                    }
                }))
                .toList();
        for (Future<?> caller : running) {
            caller.get();
        }
        callers.shutdown();
        log.close();
        assertThat(log.linesWritten() + log.linesDropped()).isEqualTo(80_000);
        List<String> lines = Files.readAllLines(file);
        assertThat(lines).hasSize((int) log.linesWritten()).doesNotHaveDuplicates();
    }

    @Test
    void afterClose_entriesAreDropped() throws Exception {
        AccessLog log = started(folder.resolve("access.log"));
        log.close();
        log.write(entry("/"));
        log.close();
        assertThat(log.linesDropped()).isEqualTo(1);
    }

    private static AccessLog started(Path file) throws IOException {
        AccessLog log = AccessLog.create(AccessLogConfig.to(file.toString()));
        log.start();
        return log;
    }

    private static AccessLogEntry entry(String path) {
        AccessLogEntry entry = new AccessLogEntry();
        entry.path = path;
        return entry;
    }

    private static Thread writerThread() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().equals("access-log"))
                .findFirst()
                .orElseThrow();
    }

    private static void awaitQuietly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Open for ever. */
    private abstract static class FakeChannel implements WritableByteChannel {
        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
