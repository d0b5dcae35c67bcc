import { cpuUsage, memoryUsage } from 'node:process';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Answered } from './exchange.ts';
import type { InFlight } from './in-flight.ts';
import type { Page } from './routes.ts';
import type { Here } from './visit.ts';

/** Counts what the API does. */
export interface Metrics {
  readonly observe: (answered: Answered) => void;
  readonly page: Page;
}

const splitResource = (resource: string) => {
  const dot = resource.indexOf('.');
  return dot < 0 ? { group: '', resource } : { group: resource.slice(dot + 1), resource: resource.slice(0, dot) };
};

/** Seconds; upstream's buckets, thinned. */
const buckets = [0.001, 0.005, 0.025, 0.1, 0.25, 1, 5, 15, 60];

const gaugeOf = (name: string, help: string, read: () => number) =>
  new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(read());
    },
  });

/** What is read when it is asked for. */
const gaugesOf = ({ projection: { world }, watchers, kinds }: Here, inFlight: InFlight): readonly Gauge[] => [
  new Gauge({
    name: 'apiserver_current_inflight_requests',
    help: 'Requests under way.',
    labelNames: ['request_kind'],
    registers: [],
    collect() {
      this.set({ request_kind: 'readOnly' }, inFlight.reading);
      this.set({ request_kind: 'mutating' }, inFlight.mutating);
    },
  }),
  new Gauge({
    name: 'apiserver_storage_objects',
    help: 'Objects there are, by resource.',
    labelNames: ['resource'],
    registers: [],
    collect() {
      for (const resource of kinds.keys()) this.set({ resource }, world.list(resource).length);
    },
  }),
  gaugeOf('apiserver_longrunning_requests', 'Watches that are open.', () => watchers.count),
  gaugeOf('reckon_world_position', 'Position in the log that the World shows.', () => world.position),
  gaugeOf('process_resident_memory_bytes', 'Memory in use, in bytes.', () => memoryUsage.rss()),
  gaugeOf('process_cpu_seconds_total', 'Processor time used, in seconds.', () => {
    const { user, system } = cpuUsage();
    return (user + system) / 1e6;
  }),
];

/** Metrics under upstream's names where upstream has them, in a registry of this server's own. */
export const openMetrics = (here: Here, inFlight: InFlight): Metrics => {
  const register = new Registry();
  const registers = [register];
  const requests = new Counter({
    name: 'apiserver_request_total',
    help: 'Requests answered, by verb, resource and HTTP code.',
    labelNames: ['verb', 'group', 'resource', 'subresource', 'code'],
    registers,
  });
  const durations = new Histogram({
    name: 'apiserver_request_duration_seconds',
    help: 'How long requests took, by verb.',
    labelNames: ['verb'],
    buckets,
    registers,
  });
  for (const gauge of gaugesOf(here, inFlight)) register.registerMetric(gauge);

  // Looked up once for each combination: labels cost more than counting.
  const known = new Map<string, () => void>();
  const knownMax = 5_000;
  const countOf = ({ verb, resource, subresource, code }: Answered) => {
    const key = `${verb} ${resource} ${subresource} ${code}`;
    const found = known.get(key);
    if (found) return found;
    const labels = { verb: verb.toUpperCase(), ...splitResource(resource), subresource, code };
    const count = () => requests.inc(labels);
    if (known.size < knownMax) known.set(key, count);
    return count;
  };

  return {
    observe: (answered) => {
      countOf(answered)();
      durations.observe({ verb: answered.verb.toUpperCase() }, answered.ms / 1_000);
    },
    page: {
      answer: async () => ({
        code: 200,
        type: register.contentType,
        body: [Buffer.from(await register.metrics())],
      }),
    },
  };
};
