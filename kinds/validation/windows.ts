import { fault } from '../fault.ts';
import type { WindowsSecurityContextOptions } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { checkText, type Faults, fine, type Unchecked } from './field-checks.ts';

const specMaxKiB = 64;
const domainMax = 256;
const userMax = 104;

const netBios = /^[^\\/:*?"<>|.][^\\/:*?"<>|]{0,14}$/;
const dnsName = /^[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?(?:\.[a-zA-Z0-9](?:[a-zA-Z0-9-]{0,61}[a-zA-Z0-9])?)*$/;

/** What is wrong with `DOMAIN\user`. */
const checkUserName = (name: string): readonly string[] => {
  if (name === '') return ['runAsUserName cannot be an empty string'];
  if (Buffer.from(name).some((byte) => byte < 0x20 || byte === 0x7f))
    return ['runAsUserName cannot contain control characters'];
  const parts = name.split('\\');
  if (parts.length > 2) return ['runAsUserName cannot contain more than one backslash'];
  const [user = '', domain] = parts.reverse();
  return [
    (domain ?? '').length >= domainMax && `runAsUserName's Domain length must be under ${domainMax} characters`,
    domain !== undefined &&
      !(netBios.test(domain) || dnsName.test(domain)) &&
      "runAsUserName's Domain doesn't match the NetBios nor the DNS format",
    user === '' && "runAsUserName's User cannot be empty",
    user.length > userMax && `runAsUserName's User length must not be longer than ${userMax} characters`,
    /^[. ]+$/.test(user) && "runAsUserName's User cannot contain only periods or spaces",
    /["/\\:;|=,+*?<>@[\]]/.test(user) &&
      'runAsUserName\'s User cannot contain the following characters: "/\\:;|=,+*?<>@[]',
  ].filter((why) => why !== false);
};

const checkSpec = (spec: string): readonly string[] => {
  if (spec === '') return ['gmsaCredentialSpec cannot be an empty string'];
  return Buffer.byteLength(spec) > specMaxKiB * 1024 ? [`gmsaCredentialSpec size must be under ${specMaxKiB} KiB`] : [];
};

/** What only Windows knows of a container's security. */
export const validateWindowsOptions = (
  at: string,
  options: Unchecked<WindowsSecurityContextOptions> | undefined,
): Faults => {
  const { gmsaCredentialSpecName: specName, gmsaCredentialSpec: spec, runAsUserName: user } = options ?? {};
  return [
    ...(specName === undefined ? fine : checkText(`${at}.gmsaCredentialSpecName`, specName, check.dns1123Subdomain)),
    ...(spec === undefined ? fine : checkSpec(spec).map((why) => fault.invalid(`${at}.gmsaCredentialSpec`, spec, why))),
    ...(user === undefined ? fine : checkUserName(user).map((why) => fault.invalid(`${at}.runAsUserName`, user, why))),
  ];
};
