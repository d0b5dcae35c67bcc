import type { Pod } from './pod.ts';
import type { Container, PodSpec } from './schema/api/core-v1.ts';
import { milliValueOf, quantityOf, valueOf } from './values/quantity.ts';

/** Amounts by resource: `cpu` in thousandths of a core, all else in whole units (memory in bytes). Absent means none. */
export type Amounts = Readonly<Record<string, number>>;

/** What a pod is taken to use that does not say: 100m and 200 MB, upstream's figures. */
const taken: Amounts = { cpu: 100, memory: 200 * 2 ** 20 };

/** One quantity as an amount. */
export const amountOf = (resource: string, quantity: string | number): number =>
  Number(resource === 'cpu' ? milliValueOf(quantityOf(quantity)) : valueOf(quantityOf(quantity)));

/** A resource list of the API as amounts. */
export const amountsOf = (list: Readonly<Record<string, string | number>> = {}): Amounts =>
  Object.fromEntries(Object.entries(list).map(([resource, quantity]) => [resource, amountOf(resource, quantity)]));

const combine = (a: Amounts, b: Amounts, how: (x: number, y: number) => number): Amounts => {
  const all = { ...a };
  for (const resource in b) all[resource] = how(a[resource] ?? 0, b[resource] ?? 0);
  return all;
};
export const sumOf = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => x + y);
export const differenceOf = (a: Amounts, b: Amounts): Amounts => combine(a, b, (x, y) => x - y);
const mostOf = (a: Amounts, b: Amounts): Amounts => combine(a, b, Math.max);

const asked = ({ resources }: Container): Amounts => amountsOf({ ...resources?.limits, ...resources?.requests });

/** By the list of containers, which all versions of a pod share. */
const known = new WeakMap<PodSpec['containers'], Amounts>();

/**
 * What a pod asks of its node: the sum over its containers, or what the greediest moment of its start takes if that is more.
 * Sidecars count from their start on. Overhead is added, and that it is one pod of `pods`.
 */
export const requestsOf = ({ spec }: Pod): Amounts => {
  const before = known.get(spec.containers);
  if (before) return before;
  let sidecars: Amounts = {};
  let start: Amounts = {};
  for (const container of spec.initContainers ?? []) {
    const own = asked(container);
    if (container.restartPolicy === 'Always') {
      sidecars = sumOf(sidecars, own);
      start = mostOf(start, sidecars);
    } else start = mostOf(start, sumOf(sidecars, own));
  }
  const running = spec.containers.reduce((sum, container) => sumOf(sum, asked(container)), sidecars);
  const requests = { ...sumOf(mostOf(running, start), amountsOf(spec.overhead)), pods: 1 };
  known.set(spec.containers, requests);
  return requests;
};

const weighed = new WeakMap<Amounts, Amounts>();

/** What a pod probably uses, as the scheduler weighs nodes: what it asks for, or a little where it does not say. */
export const weightsOf = (pod: Pod): Amounts => {
  const requests = requestsOf(pod);
  const known = weighed.get(requests);
  if (known) return known;
  const { cpu, memory } = { ...taken, ...requests };
  const weights = { ...(cpu !== undefined && { cpu }), ...(memory !== undefined && { memory }) };
  weighed.set(requests, weights);
  return weights;
};
