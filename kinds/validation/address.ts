import { fault } from '../fault.ts';
import {
  type Address,
  contains,
  parseAddress,
  parseCidr,
  parseLegacyAddress,
  parseLegacyCidr,
  textOfAddress,
  unmapped,
} from '../values/cidr.ts';
import { quote } from '../values/quote.ts';
import { type Faults, fine } from './field-checks.ts';

const notAddress = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

/** An address in a field that was there before upstream became strict about zeros. */
export const checkLegacyAddress = (at: string, text: string): Faults =>
  parseLegacyAddress(text) ? fine : [fault.invalid(at, text, notAddress)];

/** A range in such a field. */
export const checkLegacyCidr = (at: string, text: string): Faults =>
  parseLegacyCidr(text)
    ? fine
    : [fault.invalid(at, text, 'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)')];

/** An address in a newer field: in its shortest form, no IPv4 in disguise. */
export const checkAddress = (at: string, text: string): Faults => {
  if (!parseLegacyAddress(text)) return [fault.invalid(at, text, notAddress)];
  const address = parseAddress(text);
  if (!address) return [fault.invalid(at, text, 'must not have leading 0s')];
  if (unmapped(address) !== address) return [fault.invalid(at, text, 'must not be an IPv4-mapped IPv6 address')];
  const canonical = textOfAddress(address);
  return canonical === text ? fine : [fault.invalid(at, text, `must be in canonical form (${quote(canonical)})`)];
};

const inAny = (ranges: readonly string[]) => {
  const parsed = ranges.flatMap((range) => parseCidr(range) ?? []);
  return (address: Address) => parsed.some((range) => contains(range, address));
};
const isUnspecified = inAny(['0.0.0.0/32', '::/128']);
const isLoopback = inAny(['127.0.0.0/8', '::1/128']);
const isLinkLocal = inAny(['169.254.0.0/16', 'fe80::/10']);
const isLinkLocalMulticast = inAny([
  '224.0.0.0/24',
  ...Array.from({ length: 16 }, (_, i) => `ff${i.toString(16)}2::/16`),
]);

/** An address where someone can be reached: not one that means only the own host or link. */
export const checkEndpointAddress = (at: string, text: string): Faults => {
  const address = parseLegacyAddress(text);
  if (!address) return [fault.invalid(at, text, 'must be a valid IP address')];
  const wrong = (why: string) => [fault.invalid(at, text, why)];
  if (isUnspecified(address)) return wrong(`may not be unspecified (${text})`);
  if (isLoopback(address)) return wrong('may not be in the loopback range (127.0.0.0/8, ::1/128)');
  if (isLinkLocal(address)) return wrong('may not be in the link-local range (169.254.0.0/16, fe80::/10)');
  if (isLinkLocalMulticast(address))
    return wrong('may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)');
  return fine;
};

type Family = 4 | 6;

/** Whether the texts are all addresses, or ranges, and of both families. */
export const areBothFamilies = (
  texts: readonly string[],
  parse: (text: string) => { readonly family: Family } | undefined,
): boolean => {
  const families = new Set(texts.map((text) => parse(text)?.family));
  return families.has(4) && families.has(6) && !families.has(undefined);
};
