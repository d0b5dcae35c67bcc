import type { Hook } from './frame.ts';
import type { InstalledRule } from './packet-filter.ts';
import { ownPrefix, type Ruleset } from './rule.ts';

/** What of a kernel's rules concerns us. */
export interface Installed extends Ruleset {
  /** The rules in chains of others that lead into ours, as often as they are there. */
  readonly hooks: readonly Hook[];
  /** Whether Docker offers its chain for rules of its users. */
  readonly hasDockerChain: boolean;
}

export const nothingInstalled: Installed = { filter: new Map(), nat: new Map(), hooks: [], hasDockerChain: false };

const isOwn = (chain: string) => chain.startsWith(ownPrefix);
const leadsToOurs = new RegExp(` -[jg] ${ownPrefix}`);

/** Reads what `iptables-save` printed. Tables and rules that do not concern us are passed over. */
export const parseInstalled = (saved: string, dockerChain: string): Installed => {
  const tables = { filter: new Map<string, string[]>(), nat: new Map<string, string[]>() };
  const hooks: Hook[] = [];
  let hasDockerChain = false;
  let table: 'filter' | 'nat' | undefined;
  for (const line of saved.split('\n')) {
    if (line.startsWith('*')) table = line === '*filter' ? 'filter' : line === '*nat' ? 'nat' : undefined;
    if (!table) continue;
    if (line.startsWith(':')) {
      const chain = line.slice(1, line.indexOf(' '));
      if (isOwn(chain)) tables[table].set(chain, []);
      hasDockerChain ||= table === 'filter' && chain === dockerChain;
    } else if (line.startsWith('-A ')) {
      const end = line.indexOf(' ', 3);
      const [chain, rule] = [line.slice(3, end), line.slice(end + 1)];
      if (isOwn(chain)) tables[table].get(chain)?.push(rule);
      else if (leadsToOurs.test(` ${rule}`)) hooks.push({ table, chain, rule });
    }
  }
  return { ...tables, hooks, hasDockerChain };
};

/** The object that caused a rule: the first word of its comment; empty when it has none. */
const causeOf = (rule: string) => /--comment "?([^" ]+)/.exec(rule)?.[1] ?? '';

/** Every rule of ours, hooks first. */
export const listInstalled = ({ filter, nat, hooks }: Installed): readonly InstalledRule[] => [
  ...hooks.map((hook) => ({ ...hook, cause: causeOf(hook.rule) })),
  ...Object.entries({ filter, nat }).flatMap(([table, chains]) =>
    [...chains].flatMap(([chain, rules]) =>
      // Object.entries widens the two keys of the literal above.
      rules.map((rule) => ({ table: table as 'filter' | 'nat', chain, rule, cause: causeOf(rule) })),
    ),
  ),
];
