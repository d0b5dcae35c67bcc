/** The first packet of a connection, or with another `state` a later one. */
export interface Packet {
  readonly src: string;
  readonly dst: string;
  readonly protocol: 'tcp' | 'udp' | 'icmp';
  readonly port?: number;
  /** The interface it came in by; absent: this node itself sends it. */
  readonly in?: string;
  readonly state?: 'NEW' | 'ESTABLISHED' | 'INVALID';
}

/** The node around the rules. */
export interface Surroundings {
  /** The node's own addresses; 127.0.0.0/8 is always its own. */
  readonly local: readonly string[];
  /** The interface a packet to an address leaves by. */
  readonly route: (dst: string) => string;
  /** What chance gives, 0 ≤ draw < 1: n equal shares are [0, 1/n), [1/n, 2/n) … in the order of the rules. Default 0. */
  readonly draw?: number;
  /** What the `recent` match remembers, by list name; kept between packets by handing in the same Map. */
  readonly recent?: Map<string, Set<string>>;
}

export interface Traced {
  /** `passed` reaches `dst`; `rejected` is answered at once; `dropped` hears nothing. */
  readonly verdict: 'passed' | 'rejected' | 'dropped';
  readonly dst: string;
  readonly port: number | undefined;
  /** Whether its source becomes the node's address. */
  readonly isMasqueraded: boolean;
  /** The interface it leaves by, `local` when it is for the node itself, absent when it goes nowhere. */
  readonly out?: string;
  /** The comments of the rules it matched, in order. */
  readonly matched: readonly string[];
}

interface Parsed {
  readonly chains: Map<string, string[][]>;
  readonly policies: Map<string, string>;
}

const tokens = (line: string) => [...line.matchAll(/"([^"]*)"|(\S+)/g)].map((match) => match[1] ?? match[2] ?? '');

/** Reads text for `iptables-restore`, or from `iptables-save`. */
export const parseRules = (text: string): Record<string, Parsed> => {
  const tables: Record<string, Parsed> = {};
  let table: Parsed = { chains: new Map(), policies: new Map() };
  for (const line of text.split('\n')) {
    const [word = '', chain = '', ...rest] = tokens(line);
    if (word.startsWith('*')) table = tables[word.slice(1)] ??= { chains: new Map(), policies: new Map() };
    else if (word.startsWith(':')) {
      table.chains.set(word.slice(1), []);
      if (chain !== '-') table.policies.set(word.slice(1), chain);
    } else if (word === '-A' || word === '-I') {
      const rules = table.chains.get(chain) ?? [];
      table.chains.set(chain, word === '-A' ? [...rules, rest] : [rest, ...rules]);
    } else if (word !== '' && word !== 'COMMIT' && !word.startsWith('#')) throw new Error(`Cannot trace "${line}"`);
  }
  return tables;
};

const numberOf = (ip: string) => ip.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
const isWithin = (ip: string, range: string) => {
  const [first = '', bits = '32'] = range.split('/');
  const size = 2 ** (32 - Number(bits));
  return Math.floor(numberOf(ip) / size) === Math.floor(numberOf(first) / size);
};

/** Follows one packet through the nat and filter tables. Throws on a match or target it does not know. */
export const trace = (text: string, packet: Packet, around: Surroundings): Traced => {
  const tables = parseRules(text);
  const matched: string[] = [];
  const state = packet.state ?? 'NEW';
  const now = { dst: packet.dst, port: packet.port, mark: 0, draw: around.draw ?? 0, isMasqueraded: false };
  let out: string | undefined;
  const isLocal = (ip: string) => ip.startsWith('127.') || around.local.includes(ip);

  const recently = (options: ReadonlyMap<string, string>) => {
    const name = options.get('--name') ?? '';
    const known = around.recent?.get(name) ?? new Set<string>();
    if (!options.has('--set')) return known.has(packet.src);
    around.recent?.set(name, known.add(packet.src));
    return true;
  };
  const byChance = (probability: number) => {
    const isHit = now.draw < probability;
    now.draw = isHit ? now.draw / probability : (now.draw - probability) / (1 - probability);
    return isHit;
  };
  const states = () => [state, ...(now.dst === packet.dst && now.port === packet.port ? [] : ['DNAT'])];

  const tests: Record<string, (value: string, options: ReadonlyMap<string, string>) => boolean> = {
    '-s': (range) => isWithin(packet.src, range),
    '-d': (range) => isWithin(now.dst, range),
    '-i': (name) => packet.in === name || (packet.in === undefined && name === 'lo' && isLocal(now.dst)),
    '-o': (name) => out === name,
    '-p': (protocol) => packet.protocol === protocol,
    '--dport': (port) => now.port === Number(port),
    '--src-type': () => isLocal(packet.src),
    '--dst-type': () => isLocal(now.dst),
    '--ctstate': (list) => list.split(',').some((one) => states().includes(one)),
    '--ctorigdst': (range) => isWithin(packet.dst, range),
    '--mark': (value) => {
      const [bits, mask] = value.split('/');
      return (now.mark & Number(mask)) === Number(bits);
    },
    '--probability': (probability) => byChance(Number(probability)),
    '--rsource': (_, options) => recently(options),
  };
  const passedOver = new Set(['-m', '--comment', '--mode', '--name', '--mask', '--seconds']);
  const bare = new Set(['--set', '--rcheck', '--reap', '--rsource', '--random-fully']);

  /** The verdict of one chain; undefined when its end is reached. */
  const walk = (table: string, chain: string): string | undefined => {
    const rules = tables[table]?.chains.get(chain);
    if (!rules) throw new Error(`No chain ${chain} in ${table}`);
    for (const rule of rules) {
      const verdict = meet(table, rule);
      if (verdict === 'RETURN') return undefined;
      if (verdict) return verdict;
    }
    return undefined;
  };

  const meet = (table: string, rule: readonly string[]): string | undefined => {
    const options = new Map<string, string>();
    const conditions: [string, string, boolean][] = [];
    let isNot = false;
    let index = 0;
    for (; index < rule.length && rule[index] !== '-j'; index += 1) {
      const word = rule[index] ?? '';
      if (word === '!') isNot = true;
      else {
        const value = bare.has(word) ? '' : (rule[++index] ?? '');
        options.set(word, value);
        if (tests[word]) conditions.push([word, value, isNot]);
        else if (!passedOver.has(word) && !bare.has(word)) throw new Error(`Cannot trace the match ${word}`);
        isNot = false;
      }
    }
    if (!conditions.every(([word, value, isNot]) => tests[word]?.(value, options) !== isNot)) return undefined;
    matched.push(options.get('--comment') ?? '');
    return aim(table, rule.slice(index + 1));
  };

  const aim = (table: string, [target = '', ...parameters]: readonly string[]): string | undefined => {
    if (target === 'MARK') {
      const [bits, mask] = (parameters[1] ?? '').split('/');
      now.mark = (now.mark & ~Number(mask)) ^ Number(bits);
      return undefined;
    }
    if (target === 'DNAT') {
      const [ip = '', port] = (parameters[1] ?? '').split(':');
      [now.dst, now.port] = [ip, Number(port)];
      return 'ACCEPT';
    }
    if (target === 'MASQUERADE') {
      now.isMasqueraded = true;
      return 'ACCEPT';
    }
    if (['ACCEPT', 'DROP', 'REJECT', 'RETURN'].includes(target)) return target;
    return walk(table, target);
  };

  const pass = (table: string, chain: string) => {
    const rules = tables[table]?.chains.has(chain);
    return (rules ? walk(table, chain) : undefined) ?? tables[table]?.policies.get(chain) ?? 'ACCEPT';
  };
  const end = (verdict: Traced['verdict']): Traced => {
    const { dst, port, isMasqueraded } = now;
    return { verdict, dst, port, isMasqueraded, ...(verdict === 'passed' && out !== undefined && { out }), matched };
  };

  const translates = state === 'NEW';
  if (packet.in !== undefined) {
    if (translates) pass('nat', 'PREROUTING');
    out = isLocal(now.dst) ? 'local' : around.route(now.dst);
  } else {
    if (translates) pass('nat', 'OUTPUT');
    out = isLocal(now.dst) ? 'lo' : around.route(now.dst);
  }
  const hook = packet.in === undefined ? 'OUTPUT' : out === 'local' ? 'INPUT' : 'FORWARD';
  const verdict = pass('filter', hook);
  if (verdict !== 'ACCEPT') return end(verdict === 'DROP' ? 'dropped' : 'rejected');
  if (translates && out !== 'local') pass('nat', 'POSTROUTING');
  return end('passed');
};
