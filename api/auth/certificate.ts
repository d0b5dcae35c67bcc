// @peculiar/x509 needs this polyfill loaded before it.
import 'reflect-metadata';
import { createPrivateKey, webcrypto } from 'node:crypto';
import { isIP } from 'node:net';
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  type Extension,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  Name,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509';

// The one file that draws from WebCrypto by itself: keys and ECDSA signatures cannot be had from a Chance.

/** A certificate and its private key, both PEM; the key is PKCS#8. */
export interface Credential {
  readonly certificate: string;
  readonly key: string;
}

interface Life {
  /** Lower-case hexadecimal; unique for this authority. */
  readonly serial: string;
  /** Ms since the Unix epoch. X.509 keeps whole seconds. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/** What a certificate is to say beside its life. */
export interface Leaf extends Life {
  readonly commonName: string;
  readonly organizations: readonly string[];
  readonly use: 'server' | 'client';
  /** DNS names and IP addresses; empty for a client. */
  readonly names: readonly string[];
}

const ecdsa = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const extendedUse = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' };

const newKeys = () => webcrypto.subtle.generateKey(ecdsa, true, ['sign', 'verify']);

const pemOf = async (key: webcrypto.CryptoKey): Promise<string> => {
  const base64 = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', key)).toString('base64');
  return `-----BEGIN PRIVATE KEY-----\n${base64.replace(/.{1,64}/g, '$&\n')}-----END PRIVATE KEY-----\n`;
};

const certificatePem = (certificate: X509Certificate) => `${certificate.toString('pem').trimEnd()}\n`;

/** A new private key on P-256, PKCS#8 PEM: fit for ES256 too. */
export const newKey = async (): Promise<string> => pemOf((await newKeys()).privateKey);

/** A new authority: its own issuer, and it may issue no further authorities. */
export const issueAuthority = async (commonName: string, life: Life): Promise<Credential> => {
  const keys = await newKeys();
  const certificate = await X509CertificateGenerator.createSelfSigned({
    name: [{ CN: [commonName] }],
    keys,
    serialNumber: life.serial,
    notBefore: new Date(life.fromMs),
    notAfter: new Date(life.untilMs),
    signingAlgorithm: ecdsa,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  });
  return { certificate: certificatePem(certificate), key: await pemOf(keys.privateKey) };
};

const extensionsOf = async (
  leaf: Leaf,
  publicKey: webcrypto.CryptoKey,
  issuer: X509Certificate,
): Promise<Extension[]> => [
  new BasicConstraintsExtension(false, undefined, true),
  new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
  new ExtendedKeyUsageExtension([extendedUse[leaf.use]]),
  await SubjectKeyIdentifierExtension.create(publicKey),
  await AuthorityKeyIdentifierExtension.create(issuer.publicKey),
  ...(leaf.names.length === 0
    ? []
    : [
        new SubjectAlternativeNameExtension(
          leaf.names.map((value) => ({ type: isIP(value) === 0 ? 'dns' : 'ip', value })),
        ),
      ]),
];

/** A certificate for a new key, signed by the authority. */
export const issueLeaf = async (authority: Credential, leaf: Leaf): Promise<Credential> => {
  const keys = await newKeys();
  const issuer = new X509Certificate(authority.certificate);
  const certificate = await X509CertificateGenerator.create({
    // As typed values: the library reads quotes and escapes in plain ones, and a user's name is taken as it is.
    subject: new Name([
      ...leaf.organizations.map((organization) => ({ O: [{ utf8String: organization }] })),
      { CN: [{ utf8String: leaf.commonName }] },
    ]),
    issuer: issuer.subjectName,
    publicKey: keys.publicKey,
    signingKey: createPrivateKey(authority.key).toCryptoKey(ecdsa, false, ['sign']),
    signingAlgorithm: ecdsa,
    serialNumber: leaf.serial,
    notBefore: new Date(leaf.fromMs),
    notAfter: new Date(leaf.untilMs),
    extensions: await extensionsOf(leaf, keys.publicKey, issuer),
  });
  return { certificate: certificatePem(certificate), key: await pemOf(keys.privateKey) };
};
