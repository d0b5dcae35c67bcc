import { createHash } from 'node:crypto';
import { isIPv4 } from 'node:net';
import type { Protocol } from './packet-filter.ts';

/** Chains by name, each with its rules in the spelling of `iptables-save`, without `-A <chain>`. */
export type Table = ReadonlyMap<string, readonly string[]>;

export interface Ruleset {
  readonly filter: Table;
  readonly nat: Table;
}

export type Chain = readonly [name: string, rules: readonly string[]];

/** What one object adds to the node's rules: chains of its own (some perhaps named twice), and rules in chains of the frame. */
export interface Contribution {
  readonly chains: readonly Chain[];
  readonly services: readonly string[];
  readonly localPorts: readonly string[];
  readonly refuse: readonly string[];
}

/** Every chain of ours begins with it, and no other does. */
export const ownPrefix = 'RECKON-';

/** The chains that exist whatever objects there are. */
export const frame = {
  services: 'RECKON-SERVICES',
  localPorts: 'RECKON-LOCAL-PORTS',
  postrouting: 'RECKON-POSTROUTING',
  masquerade: 'RECKON-MASQUERADE',
  input: 'RECKON-INPUT',
  forward: 'RECKON-FORWARD',
  output: 'RECKON-OUTPUT',
  refuse: 'RECKON-REFUSE',
} as const;

/** Marks a packet whose source becomes the node's address on its way out. One bit, apart from kube-proxy's and Docker's. */
export const masqueradeMark = '0x2000/0x2000';
export const markTarget = `MARK --set-xmark ${masqueradeMark}`;
export const unmarkTarget = 'MARK --set-xmark 0x2000/0x0';

/** `SVC` a Service's port, `SVL` its local endpoints, `EXT` from outside, `FW` source ranges, `SEP` one endpoint, `HP` a host port. */
export type ChainSort = 'SVC' | 'SVL' | 'EXT' | 'FW' | 'SEP' | 'HP';

/** A chain's name from what it is for: the same on every node and after every restart, within the kernel's 28 characters. */
export const chainName = (sort: ChainSort, key: string): string =>
  `${ownPrefix}${sort}-${createHash('sha256').update(key).digest('hex').slice(0, 16).toUpperCase()}`;

/** One rule, before it is text. Addresses carry their prefix length. */
export interface Rule {
  readonly from?: string;
  readonly notFrom?: string;
  readonly to?: string;
  readonly in?: string;
  readonly notIn?: string;
  readonly out?: string;
  readonly notOut?: string;
  readonly protocol?: Protocol;
  /** The destination port; needs `protocol`. */
  readonly port?: number;
  /** Further matches, as iptables-save spells them. */
  readonly match?: string;
  /** The object that caused the rule as its first word, then why. */
  readonly why: string;
  readonly target: string;
}

/** The kernel keeps 255 bytes of a comment. */
const commentMax = 255;
const comment = (why: string) => why.replace(/[^ -~]|["\\]/g, '_').slice(0, commentMax);

const anywhere = '0.0.0.0/0';

/** The rule exactly as `iptables-save` prints it back, so that what is installed compares as text. */
export const ruleText = (rule: Rule): string => {
  const protocol = rule.protocol?.toLowerCase();
  let text = '';
  if (rule.from && rule.from !== anywhere) text += `-s ${rule.from} `;
  if (rule.notFrom) text += `! -s ${rule.notFrom} `;
  if (rule.to && rule.to !== anywhere) text += `-d ${rule.to} `;
  if (rule.in) text += `-i ${rule.in} `;
  if (rule.notIn) text += `! -i ${rule.notIn} `;
  if (rule.out) text += `-o ${rule.out} `;
  if (rule.notOut) text += `! -o ${rule.notOut} `;
  if (protocol) text += `-p ${protocol} `;
  if (protocol && rule.port !== undefined) text += `-m ${protocol} --dport ${rule.port} `;
  if (rule.match) text += `${rule.match} `;
  return `${text}-m comment --comment "${comment(rule.why)}" -j ${rule.target}`;
};

/** How a refusal answers: a reset reaches a pod at once, an ICMP error to a TCP socket only after a second. */
export const refusal = (protocol: Protocol | undefined): string =>
  `REJECT --reject-with ${protocol === 'TCP' ? 'tcp-reset' : 'icmp-port-unreachable'}`;

/** Matches with `probability`, above 0 and below 1, in the kernel's 31 bits as iptables prints them. */
export const randomMatch = (probability: number): string =>
  `-m statistic --mode random --probability ${(Math.round(probability * 2 ** 31) / 2 ** 31).toFixed(11)}`;

export const host = (ip: string): string => `${ip}/32`;

/** The range with its host bits cleared, as the kernel keeps it; undefined when `text` is no IPv4 CIDR. */
export const ipv4Range = (text: string): string | undefined => {
  const [ip = '', bits = '', ...rest] = text.trim().split('/');
  if (!isIPv4(ip) || !/^\d{1,2}$/.test(bits) || Number(bits) > 32 || rest.length > 0) return undefined;
  const size = 2 ** (32 - Number(bits));
  const number = ip.split('.').reduce((sum, byte) => sum * 256 + Number(byte), 0);
  const first = number - (number % size);
  return `${[24, 16, 8, 0].map((shift) => Math.floor(first / 2 ** shift) % 256).join('.')}/${Number(bits)}`;
};
