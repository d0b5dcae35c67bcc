import { isIP } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import type { Clock } from '../../events/clock.ts';
import type { Authority, Credential } from './authority.ts';

/** What this machine is called and where it can be reached. */
export interface Host {
  /** As `os.hostname()` says. */
  readonly name: string;
  /** As `os.networkInterfaces()` says. */
  readonly interfaces: Readonly<Record<string, readonly NetworkInterfaceInfo[] | undefined>>;
}

/** More names than this make no certificate that clients like to read. */
const namesMax = 256;

const isDnsName = (name: string) =>
  name.length <= 253 && /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*$/i.test(name);

/** Addresses that mean something on one link only come and go with every pod's interface; nobody dials them. */
const isLinkLocal = (address: string) => /^(fe[89ab][0-9a-f]:|169\.254\.)/i.test(address);

/**
 * The DNS names and IP addresses that the server's certificate must carry: those that pods use for the API, this host's
 * own, and the first address of the Service range. A host name that is no DNS name is left out. At most 256.
 */
export const servingNames = (host: Host, clusterIP: string): readonly string[] => {
  const addresses = Object.values(host.interfaces)
    .flatMap((infos) => infos ?? [])
    .map(({ address }) => address)
    .filter((address) => isIP(address) !== 0 && !isLinkLocal(address));
  return [
    ...new Set([
      'localhost',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
      ...(isDnsName(host.name) ? [host.name] : []),
      '127.0.0.1',
      '::1',
      clusterIP,
      ...addresses,
    ]),
  ].slice(0, namesMax);
};

/** What {@link keepServing} needs to know. */
export interface Kept {
  readonly authority: Authority;
  /** What the server started with. */
  readonly credential: Credential;
  /** Asked at each look: addresses change while the server runs. */
  readonly names: () => readonly string[];
  readonly clock: Clock;
  /** Time between two looks. */
  readonly everyMs: number;
  /** A new credential: give it to `server.setSecureContext`. */
  readonly onRenewed: (credential: Credential) => void;
  /** A look failed; the next one comes in its time. */
  readonly onError: (error: unknown) => void;
}

/** Looks now and then whether the server's certificate still suits; the answer stops it. */
export const keepServing = ({
  authority,
  credential,
  names,
  clock,
  everyMs,
  onRenewed,
  onError,
}: Kept): (() => void) => {
  let stopped = false;
  let timer: unknown;
  let current = credential.certificate;
  const arm = () => {
    if (!stopped) timer = clock.setTimeout(() => void look(), everyMs);
  };
  const look = async () => {
    try {
      const found = await authority.serving(names());
      if (!stopped && found.certificate !== current) {
        current = found.certificate;
        onRenewed(found);
      }
    } catch (error) {
      onError(error);
    }
    arm();
  };
  arm();
  return () => {
    stopped = true;
    clock.clearTimeout(timer);
  };
};
