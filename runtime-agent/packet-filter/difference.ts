import type { Hook } from './frame.ts';
import type { Installed } from './installed.ts';
import type { Ruleset, Table } from './rule.ts';

export interface Difference {
  /** What `iptables-restore --noflush` is to read; empty when nothing differs. */
  readonly text: string;
  /** The chains it writes, removes or hooks in, as `<table> <chain>`. */
  readonly chains: readonly string[];
}

const isSame = (rules: readonly string[], known: readonly string[] | undefined) =>
  rules === known || (rules.length === known?.length && rules.every((rule, index) => rule === known[index]));

const isHook = (a: Hook) => (b: Hook) => a.table === b.table && a.chain === b.chain && a.rule === b.rule;

/** One table's lines. A `:` line makes the chain or empties it; all take effect together at `COMMIT`. */
const tableText = (table: string, before: Table, after: Table, added: readonly Hook[], removed: readonly Hook[]) => {
  const changed = [...after].filter(([chain, rules]) => !isSame(rules, before.get(chain)));
  const gone = [...before.keys()].filter((chain) => !after.has(chain));
  const lines = [
    ...[...changed.map(([chain]) => chain), ...gone].map((chain) => `:${chain} - [0:0]`),
    ...changed.flatMap(([chain, rules]) => rules.map((rule) => `-A ${chain} ${rule}`)),
    ...removed.map(({ chain, rule }) => `-D ${chain} ${rule}`),
    ...added.map(({ chain, rule }) => `-I ${chain} ${rule}`),
    ...gone.map((chain) => `-X ${chain}`),
  ];
  return {
    text: lines.length > 0 ? `*${table}\n${lines.join('\n')}\nCOMMIT\n` : '',
    chains: [
      ...changed.map(([chain]) => chain),
      ...gone,
      ...new Set([...removed, ...added].map(({ chain }) => chain)),
    ].map((chain) => `${table} ${chain}`),
  };
};

/**
 * What leads from the installed rules to the wanted ones, touching only chains that differ. The filter table comes
 * first: a port that loses its last endpoint is refused before it stops being translated, so nothing gets out between.
 */
export const difference = (installed: Installed, wanted: Ruleset, hooks: readonly Hook[]): Difference => {
  // One that is there twice goes and comes anew: `-D` takes the first, which may be the only one in a good place.
  const isOnce = (hook: Hook) => installed.hooks.filter(isHook(hook)).length === 1;
  const added = hooks.filter((hook) => !isOnce(hook));
  const removed = installed.hooks.filter((hook) => !hooks.some(isHook(hook)) || !isOnce(hook));
  const tables = (['filter', 'nat'] as const).map((table) => {
    const inTable = (hook: Hook) => hook.table === table;
    return tableText(table, installed[table], wanted[table], added.filter(inTable), removed.filter(inTable));
  });
  return { text: tables.map(({ text }) => text).join(''), chains: tables.flatMap(({ chains }) => chains) };
};
