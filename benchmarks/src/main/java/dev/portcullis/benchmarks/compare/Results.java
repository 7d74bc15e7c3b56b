package dev.portcullis.benchmarks.compare;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * The slices of one way of driving, in the order they were taken, and the ratios between
 * neighbours: machines drift, neighbours in time do not.
 */
final class Results {
    private final List<String> names = new ArrayList<>();
    private final List<Client.Slice> slices = new ArrayList<>();

    void add(String name, Client.Slice slice) {
        names.add(name);
        slices.add(slice);
    }

    /** Those that were driven, in order of their first slice. */
    List<String> names() {
        return names.stream().distinct().toList();
    }

    /** The median over one rival's slices. */
    double median(String name, ToDoubleFunction<Client.Slice> figure) {
        List<Double> values = new ArrayList<>();
        for (int i = 0; i < slices.size(); i++) {
            if (names.get(i).equals(name)) {
                values.add(figure.applyAsDouble(slices.get(i)));
            }
        }
        return Spread.of(values).median();
    }

    /**
     * Processor time per request as a ratio to another rival's: each slice against the mean of the
     * other's nearest slices before and after it.
     */
    Spread cpuRatio(String name, String other) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < slices.size(); i++) {
            if (names.get(i).equals(name)) {
                double against = around(i, other);
                if (against > 0) {
                    ratios.add(slices.get(i).cpuMicrosPerRequest() / against);
                }
            }
        }
        return Spread.of(ratios);
    }

    private double around(int at, String name) {
        int before = at;
        while (before >= 0 && !names.get(before).equals(name)) {
            before--;
        }
        int after = at;
        while (after < names.size() && !names.get(after).equals(name)) {
            after++;
        }
        double sum = 0;
        int count = 0;
        for (int i : new int[] {before, after}) {
            if (i >= 0 && i < slices.size()) {
                sum += slices.get(i).cpuMicrosPerRequest();
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    /** Least, median and greatest; NaN when there is nothing. */
    record Spread(double least, double median, double greatest) {
        static Spread of(List<Double> values) {
            if (values.isEmpty()) {
                return new Spread(Double.NaN, Double.NaN, Double.NaN);
            }
            double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
            Arrays.sort(sorted);
            int middle = sorted.length / 2;
            double median = sorted.length % 2 == 1
                    ? sorted[middle]
                    : (sorted[middle - 1] + sorted[middle]) / 2;
            return new Spread(sorted[0], median, sorted[sorted.length - 1]);
        }
    }
}
