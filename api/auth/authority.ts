import { type KeyObject, X509Certificate } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { isIP } from 'node:net';
import { join } from 'node:path';
import type { Chance, Clock } from '../../events/clock.ts';
import type { Identity } from '../../events/event.ts';
import type { Credential, Leaf } from './certificate.ts';
import { AuthorityDamaged, credentialIn, keyIn, textOfCredential } from './kept-credential.ts';
import { makeFile, readIfThere, replaceFile } from './private-file.ts';

export type { Credential } from './certificate.ts';
export { AuthorityDamaged } from './kept-credential.ts';

/** The cluster's own certificate authority, kept in one directory. */
export interface Authority {
  /** The authority's certificate, PEM: what clients and the server trust. Also in `ca.crt`, for `curl --cacert`. */
  readonly certificate: string;
  /** What service-account tokens are signed with: a private key on P-256. */
  readonly serviceAccountKey: KeyObject;
  /**
   * The server's credential, kept in `serving.pem`. It is issued anew when one of `names` (DNS names and IP addresses) is
   * missing from it, when a third of its life is left, and when another authority issued it.
   */
  serving(names: readonly string[]): Promise<Credential>;
  /** A new client credential: CN is the user, each O a group. It is not kept. Lives a year unless said otherwise. */
  client(identity: Identity, lifeMs?: number): Promise<Credential>;
  /** A client credential kept in `<name>.pem`, issued anew as the server's is, or when it is another identity's. */
  keptClient(name: string, identity: Identity): Promise<Credential>;
}

/** May do everything. */
export const adminIdentity: Identity = { user: 'kubernetes-admin', groups: ['system:masters'] };

/** A node's agent. */
export const nodeIdentity = (node: string): Identity => ({ user: `system:node:${node}`, groups: ['system:nodes'] });

const dayMs = 24 * 3_600_000;
const authorityLifeMs = 3650 * dayMs;
const leafLifeMs = 365 * dayMs;
/** Certificates start a little in the past, for clients whose clock is slow. */
const clockSkewMs = 5 * 60_000;

interface Source {
  readonly clock: Clock;
  readonly chance: Chance;
}

const lifeOf = ({ clock, chance }: Source, lifeMs: number, untilMsMax = Number.POSITIVE_INFINITY) => {
  const bytes = Buffer.from(chance.bytes(16));
  // A serial number is a positive integer without leading zeros.
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  const untilMs = Math.min(clock.now() + lifeMs, untilMsMax);
  return { serial: bytes.toString('hex'), fromMs: clock.now() - clockSkewMs, untilMs };
};

const restore = (dir: string) =>
  `Restore it from a backup, or move "${dir}" away to start a new authority; every kubeconfig and agent then needs a new certificate`;
const reissue = 'Remove the file: it is issued anew at the next start';

/** Loaded when something is issued: most starts find all they need, and the X.509 library takes long to load. */
const certificates = () => import('./certificate.ts');

/** A file that is there only after an authority was made. */
const traceOf = async (dir: string): Promise<string | undefined> => {
  for (const name of ['ca.crt', 'service-account.pem'])
    if ((await readIfThere(join(dir, name))) !== undefined) return name;
  return undefined;
};

const openRoot = async (dir: string, source: Source): Promise<Credential> => {
  const path = join(dir, 'ca.pem');
  // Looked for before ca.pem, which is written first: another process may be at its first start right now.
  const trace = await traceOf(dir);
  let text = await readIfThere(path);
  if (text === undefined && trace !== undefined)
    throw new AuthorityDamaged(`Cannot find "${path}", yet "${trace}" is beside it. ${restore(dir)}`);
  if (text === undefined) {
    const { issueAuthority } = await certificates();
    const made = await issueAuthority('reckon-ca', lifeOf(source, authorityLifeMs));
    text = await makeFile(path, textOfCredential(made));
  }
  const root = credentialIn(text, path, restore(dir));
  const certificate = new X509Certificate(root.certificate);
  if (!certificate.ca) throw new AuthorityDamaged(`Cannot use "${path}": it is not an authority. ${restore(dir)}`);
  if (certificate.validToDate.getTime() <= source.clock.now())
    throw new AuthorityDamaged(`Cannot use "${path}": it ended on ${certificate.validTo}. ${restore(dir)}`);
  return root;
};

const openServiceAccountKey = async (dir: string): Promise<KeyObject> => {
  const path = join(dir, 'service-account.pem');
  const text = (await readIfThere(path)) ?? (await makeFile(path, await (await certificates()).newKey()));
  return keyIn(text, path, restore(dir));
};

const isFresh = (root: Credential, kept: Credential, nowMs: number): boolean => {
  const issuer = new X509Certificate(root.certificate);
  const leaf = new X509Certificate(kept.certificate);
  const [fromMs, untilMs] = [leaf.validFromDate.getTime(), leaf.validToDate.getTime()];
  return (
    leaf.checkIssued(issuer) &&
    leaf.verify(issuer.publicKey) &&
    nowMs >= fromMs &&
    untilMs - nowMs > (untilMs - fromMs) / 3
  );
};

const names = (certificate: X509Certificate, name: string) =>
  isIP(name) === 0 ? certificate.checkHost(name, { subject: 'never' }) : certificate.checkIP(name);

/** As Node prints a subject: one line per attribute, in their order. */
const isOf = (certificate: X509Certificate, { user, groups }: Identity) =>
  certificate.subject === [...groups.map((group) => `O=${group}`), `CN=${user}`].join('\n');

/** Runs one after the other what is given to it; each answers or throws for itself. */
const oneAtATime = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const next = last.then(work, work);
    last = next;
    return next;
  };
};

/**
 * Opens the authority in `dir`, or makes it on the first start. Keys are readable by their owner only. Throws
 * {@link AuthorityDamaged} rather than replace a file that it cannot read: everything issued before would lose its worth.
 */
export const openAuthority = async (dir: string, source: Source): Promise<Authority> => {
  await mkdir(dir, { recursive: true, mode: 0o700 });
  const root = await openRoot(dir, source);
  const rootEndsMs = new X509Certificate(root.certificate).validToDate.getTime();
  if ((await readIfThere(join(dir, 'ca.crt'))) !== root.certificate)
    await replaceFile(join(dir, 'ca.crt'), root.certificate, 0o644);
  const inTurn = oneAtATime();

  const issue = async (leaf: Pick<Leaf, 'commonName' | 'organizations' | 'use' | 'names'>, lifeMs: number) =>
    (await certificates()).issueLeaf(root, { ...leaf, ...lifeOf(source, lifeMs, rootEndsMs) });

  const kept = (name: string, suits: (certificate: X509Certificate) => boolean, make: () => Promise<Credential>) =>
    inTurn(async () => {
      const path = join(dir, `${name}.pem`);
      const text = await readIfThere(path);
      const old = text === undefined ? undefined : credentialIn(text, path, reissue);
      if (old && isFresh(root, old, source.clock.now()) && suits(new X509Certificate(old.certificate))) return old;
      const made = await make();
      await replaceFile(path, textOfCredential(made));
      return made;
    });

  const client = (identity: Identity, lifeMs = leafLifeMs) =>
    issue({ commonName: identity.user, organizations: identity.groups, use: 'client', names: [] }, lifeMs);

  return {
    certificate: root.certificate,
    serviceAccountKey: await openServiceAccountKey(dir),
    serving: (wanted) =>
      kept(
        'serving',
        (certificate) => wanted.every((name) => names(certificate, name)),
        () => issue({ commonName: 'reckon', organizations: [], use: 'server', names: wanted }, leafLifeMs),
      ),
    client,
    keptClient: (name, identity) =>
      kept(
        name,
        (certificate) => isOf(certificate, identity),
        () => client(identity),
      ),
  };
};
