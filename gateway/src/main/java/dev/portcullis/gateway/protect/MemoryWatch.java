package dev.portcullis.gateway.protect;

import io.netty.util.internal.PlatformDependent;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Whether the heap or the memory of buffers is near its end. Of the heap that is what the last
 * collection left, for what only waits to be collected is no want. A look takes microseconds, and
 * more only where the heap seems full: it is for ticks, not for requests. Any thread.
 */
public final class MemoryWatch implements BooleanSupplier {
    private static final double BUFFERS_FULL = 0.95;
    private static final double HEAP_SEEMS_FULL = 0.95;
    private static final double HEAP_IS_FULL = 0.9;

    private final List<MemoryPoolMXBean> heapPools =
            ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .toList();

    @Override
    public boolean getAsBoolean() {
        return buffersAreFull() || heapIsFull();
    }

    /** Netty counts what it takes off the heap; where it cannot, it says -1. */
    private static boolean buffersAreFull() {
        long used = PlatformDependent.usedDirectMemory();
        return used >= BUFFERS_FULL * PlatformDependent.maxDirectMemory();
    }

    private boolean heapIsFull() {
        Runtime runtime = Runtime.getRuntime();
        long max = runtime.maxMemory();
        long used = runtime.totalMemory() - runtime.freeMemory();
        return used >= HEAP_SEEMS_FULL * max && leftByTheLastCollection() >= HEAP_IS_FULL * max;
    }

    private long leftByTheLastCollection() {
        long left = 0;
        for (MemoryPoolMXBean pool : heapPools) {
            // a collector that does not tell it leaves what is in use now
            MemoryUsage usage = pool.getCollectionUsage();
            left += usage == null ? pool.getUsage().getUsed() : usage.getUsed();
        }
        return left;
    }
}
