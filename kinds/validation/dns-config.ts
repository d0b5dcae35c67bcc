import { fault } from '../fault.ts';
import type { HostAlias, PodSpec } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { checkLegacyAddress } from './address.ts';
import { checkText, type Faults, fine, type Unchecked } from './field-checks.ts';

/** What the C library of Linux takes. */
const nameserversMax = 3;
const searchesMax = 32;
const searchBytesMax = 2_048;

/** How a pod's names are resolved. */
export const validateDnsConfig = (at: string, { dnsConfig, dnsPolicy }: Unchecked<PodSpec>): Faults => {
  const { nameservers = [], searches = [], options = [] } = dnsConfig ?? {};
  const alone = dnsPolicy === 'None';
  if (alone && !dnsConfig) return [fault.required(at, 'must provide `dnsConfig` when `dnsPolicy` is None')];
  if (alone && nameservers.length === 0) {
    const why = 'must provide at least one DNS nameserver when `dnsPolicy` is None';
    return [fault.required(`${at}.nameservers`, why)];
  }
  const tooMany = (name: string, list: readonly string[], max: number, what: string) =>
    fault.invalid(`${at}.${name}`, list, `must not have more than ${max} ${what}`);
  return [
    ...(nameservers.length > nameserversMax
      ? [tooMany('nameservers', nameservers, nameserversMax, 'nameservers')]
      : fine),
    ...nameservers.flatMap((address, i) => checkLegacyAddress(`${at}.nameservers[${i}]`, address)),
    ...(searches.length > searchesMax ? [tooMany('searches', searches, searchesMax, 'search paths')] : fine),
    ...(Buffer.byteLength(searches.join(' ')) > searchBytesMax
      ? [tooMany('searches', searches, searchBytesMax, 'characters (including spaces) in the search list')]
      : fine),
    ...searches.flatMap((search, i) =>
      search === '.'
        ? fine
        : checkText(`${at}.searches[${i}]`, search.replace(/\.$/, ''), check.dns1123SubdomainWithUnderscore),
    ),
    ...options.flatMap(({ name }, i) => (name ? fine : [fault.required(`${at}.options[${i}]`, 'must not be empty')])),
  ];
};

/** Names that a pod's hosts file has. */
export const validateHostAliases = (at: string, aliases: readonly Unchecked<HostAlias>[] = []): Faults =>
  aliases.flatMap(({ ip = '', hostnames = [] }, i) => [
    ...checkLegacyAddress(`${at}[${i}].ip`, ip),
    ...hostnames.flatMap((name, h) => checkText(`${at}[${i}].hostnames[${h}]`, name, check.dns1123Subdomain)),
  ]);
