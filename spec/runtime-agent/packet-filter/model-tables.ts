/** The tables of a kernel, as far as `iptables-restore --noflush` and `iptables-save` show them. */
export interface ModelTables {
  /** Carries out a whole text or throws as the real one would, leaving everything as it was. */
  restore(text: string): void;
  save(): string;
}

type Chains = Map<string, string[]>;

const targetOf = (rule: string) => / -j ([\w-]+)/.exec(` ${rule}`)?.[1] ?? '';
const isChain = (target: string) => /^RECKON-|^DOCKER|^MINE/.test(target);

/** A model of a kernel that holds `saved` to begin with. */
export const modelTables = (saved: string): ModelTables => {
  let tables = new Map<string, Chains>();
  const heads = new Map<string, string>();

  const carryOut = (chains: Chains, line: string, noflush: boolean) => {
    const [verb = '', name = '', ...rest] = line.split(' ');
    const rules = chains.get(name);
    const rule = rest.join(' ');
    if (verb.startsWith(':')) {
      const chain = verb.slice(1);
      if (name !== '-') heads.set(chain, name);
      if (!noflush || name === '-' || !chains.has(chain)) chains.set(chain, []);
      return;
    }
    if (!rules) throw new Error(`Chain '${name}' does not exist: ${line}`);
    if ((verb === '-A' || verb === '-I') && isChain(targetOf(rule)) && !chains.has(targetOf(rule))) {
      throw new Error(`Chain '${targetOf(rule)}' does not exist: ${line}`);
    }
    if (verb === '-A') rules.push(rule);
    else if (verb === '-I') rules.unshift(rule);
    else if (verb === '-D' && rules.includes(rule)) rules.splice(rules.indexOf(rule), 1);
    else if (verb === '-X' && rules.length === 0) {
      if ([...chains.values()].flat().some((one) => targetOf(one) === name)) throw new Error(`Too many links: ${line}`);
      chains.delete(name);
    } else throw new Error(`Cannot carry out: ${line}`);
  };

  const load = (text: string, noflush: boolean) => {
    const next = new Map(
      [...tables].map(([table, chains]) => [table, new Map([...chains].map(([k, v]) => [k, [...v]]))]),
    );
    let chains: Chains = new Map();
    for (const line of text.split('\n')) {
      if (line.startsWith('*')) {
        chains = next.get(line.slice(1)) ?? new Map<string, string[]>();
        next.set(line.slice(1), chains);
      } else if (line !== '' && line !== 'COMMIT') carryOut(chains, line, noflush);
    }
    tables = next;
  };
  load(saved, false);

  return {
    restore: (text) => load(text, true),
    save: () =>
      [...tables]
        .flatMap(([table, chains]) => [
          `*${table}`,
          ...[...chains.keys()].map((chain) => `:${chain} ${heads.get(chain) ?? '-'} [0:0]`),
          ...[...chains].flatMap(([chain, rules]) => rules.map((rule) => `-A ${chain} ${rule}`)),
          'COMMIT',
        ])
        .join('\n'),
  };
};
