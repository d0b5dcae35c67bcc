import {
  contains,
  nthAddress,
  parseAddress,
  parseCidr,
  sizeOf,
  textOfAddress,
  textOfCidr,
} from '../../kinds/values/cidr.ts';

/** A block of IPv4 addresses to give out. */
export interface AddressRange {
  /** `10.96.0.0/16`. */
  readonly cidr: string;
  /** How many addresses it has, its network's and broadcast's among them. */
  readonly size: number;
  /** The address so many after the first; throws unless `0 <= offset < size`. */
  readonly addressAt: (offset: number) => string;
  /** Where an address stands in the range; `undefined` when it is none of its usable ones. */
  readonly offsetOf: (address: string) => number | undefined;
}

const prefixMax = 30;

/** Reads `10.96.0.0/16`. Throws on what is no IPv4 block of at least 4 addresses. */
export const addressRange = (cidr: string): AddressRange => {
  const range = parseCidr(cidr);
  if (range?.family !== 4 || range.prefix > prefixMax)
    throw new Error(`Cannot give out addresses of "${cidr}": it is no IPv4 block`);
  const size = Number(sizeOf(range));
  return {
    cidr: textOfCidr(range),
    size,
    addressAt: (offset) => {
      const address = nthAddress(range, offset);
      if (!address) throw new Error(`Cannot give out address ${offset} of ${cidr}: it has ${size}`);
      return textOfAddress(address);
    },
    offsetOf: (text) => {
      const address = parseAddress(text);
      if (!address || !contains(range, address)) return undefined;
      const offset = Number(address.bits - range.first);
      return offset > 0 && offset < size - 1 ? offset : undefined;
    },
  };
};
