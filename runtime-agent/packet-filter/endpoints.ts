import { isIPv4 } from 'node:net';
import type { Endpoint } from './packet-filter.ts';

/** Those that take new connections: the ready ones; when there is none, those that are ending but still serve. */
const usable = (endpoints: readonly Endpoint[]) => {
  const ready = endpoints.filter((endpoint) => endpoint.ready);
  return ready.length > 0 ? ready : endpoints.filter((endpoint) => endpoint.serving && endpoint.terminating);
};

const byAddress = (a: Endpoint, b: Endpoint) => (a.ip < b.ip ? -1 : a.ip > b.ip ? 1 : a.port - b.port);

/** Sorted, each address and port once, so that the same endpoints in another order give the same rules. */
const distinct = (endpoints: readonly Endpoint[]) =>
  endpoints
    .filter(({ ip }) => isIPv4(ip))
    .toSorted(byAddress)
    .filter(({ ip, port }, index, all) => ip !== all[index - 1]?.ip || port !== all[index - 1]?.port);

/** The endpoints that take new connections, in the whole cluster and on `node` alone; either may be empty. */
export const choose = (endpoints: readonly Endpoint[], node: string) => ({
  all: distinct(usable(endpoints)),
  local: distinct(usable(endpoints.filter((endpoint) => endpoint.node === node))),
});
