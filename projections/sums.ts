import type { Kind } from '../kinds/kind.ts';
import type { ApiObject } from '../kinds/object.ts';

/** Amounts by name; absent means none. */
export type Amounts = Readonly<Record<string, number>>;

/** What a kind's objects add up to, kept as they change. */
export interface Sums {
  readonly change: (before: ApiObject | undefined, after: ApiObject | undefined) => void;
  /** Of all objects that count under `value`; empty when none does. A live object: read it before you await. */
  readonly of: (sum: string, value: string) => Amounts;
}

const nothing: Amounts = {};

const add = (totals: Map<string, Record<string, number>>, value: string, amounts: Amounts, sign: 1 | -1) => {
  const total = totals.get(value) ?? {};
  totals.set(value, total);
  for (const name in amounts) {
    total[name] = (total[name] ?? 0) + sign * (amounts[name] ?? 0);
    if (total[name] === 0) delete total[name];
  }
  if (sign < 0 && Object.keys(total).length === 0) totals.delete(value);
};

/** Sums of an empty shelf. */
export const addUp = (kind: Kind): Sums => {
  const sums = Object.entries(kind.sums).map(([name, row]) => ({
    name,
    row,
    totals: new Map<string, Record<string, number>>(),
  }));

  return {
    change: (before, after) => {
      for (const { row, totals } of sums) {
        const was = before && row.under(before);
        const is = after && row.under(after);
        const [less, more] = [was && row.amounts(before), is && row.amounts(after)];
        if (was === is && less === more) continue;
        if (was && less) add(totals, was, less, -1);
        if (is && more) add(totals, is, more, 1);
      }
    },
    of: (sum, value) => {
      const found = sums.find(({ name }) => name === sum);
      if (!found) throw new Error(`Cannot add up ${kind.plural} by "${sum}": the kind keeps no such sum`);
      return found.totals.get(value) ?? nothing;
    },
  };
};
