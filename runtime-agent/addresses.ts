/** An IPv4 range, each address as a number. */
export interface AddressRange {
  /** The bridge's own: the pods' gateway. */
  readonly gateway: string;
  readonly first: number;
  readonly last: number;
}

const toNumber = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const toText = (address: number) => [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');

/** Reads `10.244.1.0/24`. The first address is the gateway's; the range's own and the broadcast address are nobody's. Undefined when it is no range of at least four. */
export const parseRange = (cidr: string): AddressRange | undefined => {
  const found = /^(\d{1,3}(?:\.\d{1,3}){3})\/(\d{1,2})$/.exec(cidr);
  const [, address = '', bits = ''] = found ?? [];
  const size = 2 ** (32 - Number(bits));
  if (!found || address.split('.').some((part) => Number(part) > 255) || size < 4) return undefined;
  const base = Math.floor(toNumber(address) / size) * size;
  return { gateway: toText(base + 1), first: base + 2, last: base + size - 2 };
};

/**
 * The next free address after `after`, round and round: the longer an address rests, the less a connection or a cache that
 * still means the last pod can reach the new one. Undefined when all are taken.
 */
export const nextAddress = (
  { first, last }: AddressRange,
  taken: ReadonlySet<string>,
  after?: string,
): string | undefined => {
  const size = last - first + 1;
  const start = after === undefined ? 0 : toNumber(after) + 1 - first;
  for (let step = 0; step < size; step++) {
    const address = toText(first + ((((start + step) % size) + size) % size));
    if (!taken.has(address)) return address;
  }
  return undefined;
};

/** The one from which to go on when nothing else is known. */
export const highestOf = (addresses: Iterable<string>): string | undefined => {
  const sorted = [...addresses].sort((a, b) => toNumber(a) - toNumber(b));
  return sorted.at(-1);
};
