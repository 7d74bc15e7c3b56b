package dev.portcullis.cli.server;

import static dev.portcullis.cli.server.Snapshots.counter;
import static dev.portcullis.cli.server.Snapshots.gauge;
import static dev.portcullis.cli.server.Snapshots.gaugePoint;
import static dev.portcullis.cli.server.Snapshots.point;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.List;

/** The process and its virtual machine, under the names that are usual for them. Any thread. */
final class ProcessMetrics implements MultiCollector {
    private final String version;

    /**
     * The metrics of this process.
     *
     * @param version of Portcullis
     */
    ProcessMetrics(String version) {
        this.version = version;
    }

    @Override
    public MetricSnapshots collect() {
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(InfoSnapshot.builder()
                .name("portcullis_build")
                .help("Always 1; the labels say which Portcullis this is, and on which Java.")
                .dataPoint(InfoDataPointSnapshot.builder()
                        .labels(Labels.of("version", version,
                                "java", Runtime.version().toString()))
                        .build())
                .build());
        process(all);
        memory(all);
        collections(all);
        all.add(gauge("jvm_threads_current", "Threads that live now.",
                ManagementFactory.getThreadMXBean().getThreadCount()));
        return new MetricSnapshots(all);
    }

    private static void process(List<MetricSnapshot> all) {
        all.add(gauge("process_start_time_seconds", "When the process began, since the epoch.",
                ManagementFactory.getRuntimeMXBean().getStartTime() / 1e3));
        OperatingSystemMXBean system =
                (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        all.add(counter("process_cpu_seconds", "Processor time that the process has used.",
                Math.max(0, system.getProcessCpuTime()) / 1e9));
        if (system instanceof UnixOperatingSystemMXBean unix) {
            all.add(gauge("process_open_fds", "File descriptors open.",
                    unix.getOpenFileDescriptorCount()));
            all.add(gauge("process_max_fds", "File descriptors that may be open.",
                    unix.getMaxFileDescriptorCount()));
        }
    }

    private static void memory(List<MetricSnapshot> all) {
        MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
        Labels heap = Labels.of("area", "heap");
        Labels nonHeap = Labels.of("area", "nonheap");
        all.add(GaugeSnapshot.builder()
                .name("jvm_memory_used_bytes")
                .help("Memory of the virtual machine in use.")
                .dataPoint(gaugePoint(memory.getHeapMemoryUsage().getUsed(), heap))
                .dataPoint(gaugePoint(memory.getNonHeapMemoryUsage().getUsed(), nonHeap))
                .build());
        all.add(GaugeSnapshot.builder()
                .name("jvm_memory_max_bytes")
                .help("Memory that the virtual machine may use; -1 where there is no bound.")
                .dataPoint(gaugePoint(memory.getHeapMemoryUsage().getMax(), heap))
                .dataPoint(gaugePoint(memory.getNonHeapMemoryUsage().getMax(), nonHeap))
                .build());
        GaugeSnapshot.Builder pools = GaugeSnapshot.builder()
                .name("jvm_buffer_pool_used_bytes")
                .help("Memory of buffers outside the heap that the virtual machine knows of.");
        for (BufferPoolMXBean pool : ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class)) {
            pools.dataPoint(gaugePoint(pool.getMemoryUsed(), Labels.of("pool", pool.getName())));
        }
        all.add(pools.build());
    }

    private static void collections(List<MetricSnapshot> all) {
        CounterSnapshot.Builder runs = CounterSnapshot.builder()
                .name("jvm_gc_collections")
                .help("Garbage collections, by collector.");
        CounterSnapshot.Builder seconds = CounterSnapshot.builder()
                .name("jvm_gc_collection_seconds")
                .help("Time spent in garbage collections, by collector.");
        for (GarbageCollectorMXBean one : ManagementFactory.getGarbageCollectorMXBeans()) {
            Labels labels = Labels.of("gc", one.getName());
            runs.dataPoint(point(Math.max(0, one.getCollectionCount()), labels));
            seconds.dataPoint(point(Math.max(0, one.getCollectionTime()) / 1e3, labels));
        }
        all.add(runs.build());
        all.add(seconds.build());
    }
}
