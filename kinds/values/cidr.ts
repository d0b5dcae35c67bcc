import { isIP, isIPv4 } from 'node:net';

/** An IP address as a number of 32 or 128 bits. */
export interface Address {
  readonly family: 4 | 6;
  readonly bits: bigint;
}

/** A range of addresses: all that share the first `prefix` bits of `first`. */
export interface Cidr {
  readonly family: 4 | 6;
  /** The lowest address; lower bits of what was written are cleared. */
  readonly first: bigint;
  readonly prefix: number;
}

const widthOf = (family: 4 | 6): number => (family === 4 ? 32 : 128);

const numberOf = (parts: readonly number[], base: bigint): bigint =>
  parts.reduce((bits, part) => bits * base + BigInt(part), 0n);

const v4Bits = (text: string): bigint => numberOf(text.split('.').map(Number), 256n);

/** Two groups of an IPv6 address for the dotted four it may end with. */
const withoutDots = (text: string): string =>
  text.replace(/[\d.]+$/, (dotted) => {
    if (!dotted.includes('.')) return dotted;
    const bits = v4Bits(dotted);
    return `${(bits >> 16n).toString(16)}:${(bits & 0xffffn).toString(16)}`;
  });

const groupsOf = (text: string): number[] =>
  text === '' ? [] : text.split(':').map((group) => Number.parseInt(group, 16));

const v6Bits = (text: string): bigint => {
  const [head = '', tail] = withoutDots(text).split('::');
  const [left, right] = [groupsOf(head), groupsOf(tail ?? '')];
  return numberOf([...left, ...Array<number>(8 - left.length - right.length).fill(0), ...right], 65_536n);
};

/** Reads an address; `undefined` when it is none. Zones (`fe80::1%eth0`) and leading zeros are refused. */
export const parseAddress = (text: string): Address | undefined => {
  if (isIP(text) === 0 || text.includes('%')) return undefined;
  return isIPv4(text) ? { family: 4, bits: v4Bits(text) } : { family: 6, bits: v6Bits(text) };
};

const isMapped = ({ family, bits }: Address): boolean => family === 6 && bits >> 32n === 0xffffn;

/** The address with its IPv4 form where IPv6 only wraps one (`::ffff:10.0.0.1`), as Go's library has it. */
export const unmapped = (address: Address): Address =>
  isMapped(address) ? { family: 4, bits: address.bits & 0xffff_ffffn } : address;

const withoutZeros = (text: string): string => text.replaceAll(/(?<=^|[.:])0+(?=[\da-f])/gi, '');

/** Like {@link parseAddress}, but its numbers may begin with zeros: old fields of the API allow that. */
export const parseLegacyAddress = (text: string): Address | undefined => {
  const address = parseAddress(withoutZeros(text));
  return address && unmapped(address);
};

/** The address as upstream prints it: IPv6 in its shortest form. */
export const textOfAddress = ({ family, bits }: Address): string => {
  if (family === 4) return [24n, 16n, 8n, 0n].map((shift) => (bits >> shift) & 255n).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bits >> BigInt(112 - 16 * i)) & 0xffffn).toString(16));
  // A URL writes its host in the shortest form (RFC 5952).
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
};

/** Reads `10.0.0.0/16`; `undefined` when it is no range. */
export const parseCidr = (text: string): Cidr | undefined => {
  const slash = text.indexOf('/');
  const address = slash < 0 ? undefined : parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (!address || !/^(0|[1-9]\d{0,2})$/.test(digits)) return undefined;
  const prefix = Number(digits);
  const width = widthOf(address.family);
  if (prefix > width) return undefined;
  const host = BigInt(width - prefix);
  return { family: address.family, first: (address.bits >> host) << host, prefix };
};

/** Like {@link parseCidr}, with {@link parseLegacyAddress} and a prefix that may begin with zeros. */
export const parseLegacyCidr = (text: string): Cidr | undefined => {
  const [address = '', prefix = '', ...more] = text.split('/');
  return more.length > 0 ? undefined : parseCidr(`${withoutZeros(address)}/${withoutZeros(prefix)}`);
};

export const textOfCidr = ({ family, first, prefix }: Cidr): string =>
  `${textOfAddress({ family, bits: first })}/${prefix}`;

/** How many addresses there are, the network's and the broadcast's own included. */
export const sizeOf = ({ family, prefix }: Cidr): bigint => 1n << BigInt(widthOf(family) - prefix);

export const contains = (range: Cidr, { family, bits }: Address): boolean =>
  family === range.family && bits >= range.first && bits < range.first + sizeOf(range);

/** The address at `index`, the lowest being 0; `undefined` beyond the end. */
export const nthAddress = (range: Cidr, index: number): Address | undefined =>
  index >= 0 && BigInt(index) < sizeOf(range) ? { family: range.family, bits: range.first + BigInt(index) } : undefined;
