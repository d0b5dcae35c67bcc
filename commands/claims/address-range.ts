/** A block of IPv4 addresses to give out. */
export interface AddressRange {
  /** `10.96.0.0/16`. */
  readonly cidr: string;
  /** How many addresses it has, its network's and broadcast's among them. */
  readonly size: number;
  /** The address so many after the first; `0 <= offset < size`. */
  readonly addressAt: (offset: number) => string;
  /** Where an address stands in the range; `undefined` when it is none of its usable ones. */
  readonly offsetOf: (address: string) => number | undefined;
}

const dotted = /^(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})\.(0|[1-9]\d{0,2})$/;

const numberOf = (address: string): number | undefined => {
  const found = dotted.exec(address);
  const bytes = found?.slice(1).map(Number) ?? [];
  if (bytes.length !== 4 || bytes.some((byte) => byte > 255)) return undefined;
  return bytes.reduce((sum, byte) => sum * 256 + byte, 0);
};

const textOf = (address: number): string =>
  [24, 16, 8, 0].map((bits) => Math.floor(address / 2 ** bits) % 256).join('.');

/** Reads `10.96.0.0/16`. Throws on what is no IPv4 block of at least 4 addresses. */
export const addressRange = (cidr: string): AddressRange => {
  const [base = '', bits = ''] = cidr.split('/');
  const first = numberOf(base);
  const prefix = /^\d{1,2}$/.test(bits) ? Number(bits) : 33;
  if (first === undefined || prefix > 30)
    throw new Error(`Cannot give out addresses of "${cidr}": it is no IPv4 block`);
  const size = 2 ** (32 - prefix);
  const start = first - (first % size);
  return {
    cidr: `${textOf(start)}/${prefix}`,
    size,
    addressAt: (offset) => textOf(start + offset),
    offsetOf: (address) => {
      const offset = (numberOf(address) ?? -1) - start;
      return offset > 0 && offset < size - 1 ? offset : undefined;
    },
  };
};
