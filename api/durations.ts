import type { Metric } from 'prom-client';

/** Upper bounds of the buckets, in ms; upstream's, thinned. */
const boundsMs = [1, 5, 25, 100, 250, 1_000, 5_000, 15_000, 60_000];

/** Durations of one verb. */
interface Tally {
  /** One for each bound, and one for what took longer. */
  readonly buckets: number[];
  sumMs: number;
}

const valuesOf = (name: string, verb: string, { buckets, sumMs }: Tally) => {
  const labels = { verb: verb.toUpperCase() };
  let below = 0;
  const counts = [...boundsMs.map((bound) => bound / 1_000), '+Inf'].map((le, i) => {
    below += buckets[i] ?? 0;
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: below };
  });
  return [
    ...counts,
    { metricName: `${name}_sum`, labels, value: sumMs / 1_000 },
    { metricName: `${name}_count`, labels, value: below },
  ];
};

/** A histogram by verb that costs an addition each time: prom-client's own hashes labels on every request. */
export const openDurations = (name: string, help: string) => {
  const tallies = new Map<string, Tally>();
  const get = async () => ({
    name,
    help,
    type: 'histogram',
    aggregator: 'sum',
    values: [...tallies].flatMap(([verb, tally]) => valuesOf(name, verb, tally)),
  });
  return {
    // What a registry asks of a metric is its name and its values.
    metric: { name, help, get, reset: () => tallies.clear() } as unknown as Metric,
    observe: (verb: string, ms: number) => {
      const tally: Tally = tallies.get(verb) ?? { buckets: Array<number>(boundsMs.length + 1).fill(0), sumMs: 0 };
      tallies.set(verb, tally);
      const bucket = boundsMs.findIndex((bound) => ms <= bound);
      const index = bucket < 0 ? boundsMs.length : bucket;
      tally.buckets[index] = (tally.buckets[index] ?? 0) + 1;
      tally.sumMs += ms;
    },
  };
};
