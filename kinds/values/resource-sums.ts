import { addQuantities, compareQuantities, type Quantity, quantityOf } from './quantity.ts';

type List = Readonly<Record<string, string | number>>;
type Resources = { readonly [name in 'requests' | 'limits']?: List | undefined };
interface Bearer {
  readonly resources?: Resources | undefined;
  readonly restartPolicy?: string | undefined;
}

/** Exact amounts by resource. */
export type Sums = ReadonlyMap<string, Quantity>;

const read = (list: List = {}): Sums =>
  new Map(Object.entries(list).map(([name, amount]) => [name, quantityOf(amount)] as const));

const combine = (a: Sums, b: Sums, how: (x: Quantity, y: Quantity) => Quantity): Sums => {
  const all = new Map(a);
  for (const [name, amount] of b) {
    const before = all.get(name);
    all.set(name, before ? how(before, amount) : amount);
  }
  return all;
};
const sum = (a: Sums, b: Sums): Sums => combine(a, b, addQuantities);
const most = (a: Sums, b: Sums): Sums => combine(a, b, (x, y) => (compareQuantities(y, x) > 0 ? y : x));

/**
 * What the containers of a pod ask for (or are limited to) together: their sum, or what the greediest moment of the start takes
 * if that is more. Sidecars count from their start on. The amounts must be quantities.
 */
export const sumOfContainers = (
  spec: {
    readonly containers?: readonly Bearer[] | undefined;
    readonly initContainers?: readonly Bearer[] | undefined;
  },
  what: 'requests' | 'limits',
): Sums => {
  let running = (spec.containers ?? []).reduce<Sums>(
    (all, { resources }) => sum(all, read(resources?.[what])),
    new Map(),
  );
  let sidecars: Sums = new Map();
  let start: Sums = new Map();
  for (const { resources, restartPolicy } of spec.initContainers ?? []) {
    const own = read(resources?.[what]);
    if (restartPolicy === 'Always') {
      running = sum(running, own);
      sidecars = sum(sidecars, own);
      start = most(start, sidecars);
    } else start = most(start, sum(own, sidecars));
  }
  return most(running, start);
};
