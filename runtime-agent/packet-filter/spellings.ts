import type { Installed } from './installed.ts';
import type { Ruleset, Table } from './rule.ts';

/**
 * How this machine's `iptables-save` prints chains that it does not print as they were written, by `<table> <chain>`:
 * both texts. Versions 1.8.9 over nftables and legacy print all of ours as written, so it is empty there; without it a
 * version that spells one rule differently would have the same rules written again at every repair.
 */
export type Spellings = ReadonlyMap<string, { readonly written: string; readonly printed: string }>;

const lines = (rules: readonly string[] | undefined) => rules?.join('\n') ?? '';

/** Compares rules that were just written with how they read. */
export const spellingsOf = (read: Installed, wanted: Ruleset): Spellings => {
  const spellings = new Map<string, { readonly written: string; readonly printed: string }>();
  for (const table of ['filter', 'nat'] as const) {
    for (const [chain, rules] of wanted[table]) {
      const [written, printed] = [lines(rules), lines(read[table].get(chain))];
      if (written !== printed) spellings.set(`${table} ${chain}`, { written, printed });
    }
  }
  return spellings;
};

/** What was read, in our own spelling where both are known to mean the same. */
export const respelled = (read: Installed, wanted: Ruleset, spellings: Spellings): Installed => {
  if (spellings.size === 0) return read;
  const own = (name: 'filter' | 'nat'): Table =>
    new Map(
      [...read[name]].map(([chain, rules]) => {
        const known = spellings.get(`${name} ${chain}`);
        const asked = wanted[name].get(chain);
        const isMeant = asked && known?.printed === lines(rules) && known.written === lines(asked);
        return [chain, isMeant ? asked : rules];
      }),
    );
  return { ...read, filter: own('filter'), nat: own('nat') };
};
