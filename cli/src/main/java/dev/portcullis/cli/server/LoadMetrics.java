package dev.portcullis.cli.server;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;

/** How often the configuration was loaded, as metrics. The start is the first time. Any thread. */
final class LoadMetrics implements MultiCollector {
    private final InstantSource clock;
    private final LongAdder good = new LongAdder();
    private final LongAdder bad = new LongAdder();
    private volatile Instant lastGood;

    LoadMetrics(InstantSource clock) {
        this.clock = clock;
        good();
    }

    /** What was loaded is in effect. */
    void good() {
        lastGood = clock.instant();
        good.increment();
    }

    /** What was loaded cannot be used. */
    void bad() {
        bad.increment();
    }

    @Override
    public MetricSnapshots collect() {
        return new MetricSnapshots(
                CounterSnapshot.builder()
                        .name("portcullis_configuration_loads")
                        .help("How often the configuration was loaded, by whether it was usable.")
                        .dataPoint(loads("good", good.sum()))
                        .dataPoint(loads("bad", bad.sum()))
                        .build(),
                GaugeSnapshot.builder()
                        .name("portcullis_configuration_last_good_load_timestamp_seconds")
                        .help("When the configuration in effect was loaded.")
                        .dataPoint(GaugeDataPointSnapshot.builder()
                                .value(lastGood.toEpochMilli() / 1e3)
                                .build())
                        .build());
    }

    private static CounterDataPointSnapshot loads(String result, long value) {
        return CounterDataPointSnapshot.builder()
                .value(value)
                .labels(Labels.of("result", result))
                .build();
    }
}
