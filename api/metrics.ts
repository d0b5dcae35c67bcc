import { cpuUsage, memoryUsage } from 'node:process';
import { Counter, Gauge, Registry } from 'prom-client';
import type { Noted } from './exchange.ts';
import type { InFlight } from './in-flight.ts';
import { openDurations } from './durations.ts';
import type { Page } from './routes.ts';
import type { Here } from './visit.ts';

/** Counts what the API does. */
export interface Metrics {
  readonly observe: (asked: Noted, code: number, ms: number) => void;
  readonly page: Page;
}

const splitResource = (resource: string) => {
  const dot = resource.indexOf('.');
  return dot < 0 ? { group: '', resource } : { group: resource.slice(dot + 1), resource: resource.slice(0, dot) };
};

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

/** Combinations of labels that are told apart; there are a few hundred. */
const combinationsMax = 5_000;

/** Counts requests by verb, resource and code, at the price of one lookup each: labels are made when they are read. */
const openRequests = () => {
  const counts = new Map<string, { readonly labels: Readonly<Record<string, string | number>>; count: number }>();
  const metric = new Counter({
    name: 'apiserver_request_total',
    help: 'Requests answered, by verb, resource and HTTP code.',
    labelNames: ['verb', 'group', 'resource', 'subresource', 'code'],
    registers: [],
    collect() {
      this.reset();
      for (const { labels, count } of counts.values()) this.inc(labels, count);
    },
  });
  const count = ({ verb, resource, subresource }: Noted, code: number) => {
    const key = `${verb} ${resource} ${subresource} ${code}`;
    const known = counts.get(key);
    if (known) known.count++;
    else if (counts.size < combinationsMax)
      counts.set(key, {
        labels: { verb: verb.toUpperCase(), ...splitResource(resource), subresource, code },
        count: 1,
      });
  };
  return { metric, count };
};

/** Metrics under upstream's names where upstream has them, in a registry of this server's own. */
export const openMetrics = (here: Here, inFlight: InFlight): Metrics => {
  const register = new Registry();
  const requests = openRequests();
  const durations = openDurations('apiserver_request_duration_seconds', 'How long requests took, by verb.');
  for (const metric of [requests.metric, durations.metric, ...gaugesOf(here, inFlight)])
    register.registerMetric(metric);
  return {
    observe: (asked, code, ms) => {
      requests.count(asked, code);
      durations.observe(asked.verb, ms);
    },
    page: {
      answer: async () => ({ code: 200, type: register.contentType, body: [Buffer.from(await register.metrics())] }),
    },
  };
};
