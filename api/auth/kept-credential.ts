import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Credential } from './certificate.ts';

/** A file of the authority cannot be trusted: which, why and what to do is in the message. */
export class AuthorityDamaged extends Error {
  override readonly name = 'AuthorityDamaged';
}

const blocksOf = (text: string, label: string): readonly string[] =>
  text.match(new RegExp(`-----BEGIN ${label}-----\n[A-Za-z0-9+/=\n]+-----END ${label}-----\n`, 'g')) ?? [];

const only = (text: string, label: string): string => {
  const [block, ...more] = blocksOf(text, label);
  if (block === undefined || more.length > 0)
    throw new Error(`it holds ${block ? 1 + more.length : 'no'} whole "${label}" blocks where one belongs`);
  return block;
};

/** The key and the certificate as one PEM file, so that one rename replaces both. */
export const textOfCredential = ({ certificate, key }: Credential): string => `${key}${certificate}`;

/** Reads what {@link textOfCredential} wrote, and checks that the key is the certificate's. Throws {@link AuthorityDamaged}. */
export const credentialIn = (text: string, path: string, remedy: string): Credential => {
  try {
    const credential = { certificate: only(text, 'CERTIFICATE'), key: only(text, 'PRIVATE KEY') };
    if (!new X509Certificate(credential.certificate).checkPrivateKey(createPrivateKey(credential.key)))
      throw new Error('its key is not the key of its certificate');
    return credential;
  } catch (cause) {
    throw new AuthorityDamaged(`Cannot use "${path}": ${reasonOf(cause)}. ${remedy}`, { cause });
  }
};

/** Reads a file that holds one private key. Throws {@link AuthorityDamaged}. */
export const keyIn = (text: string, path: string, remedy: string): KeyObject => {
  try {
    return createPrivateKey(only(text, 'PRIVATE KEY'));
  } catch (cause) {
    throw new AuthorityDamaged(`Cannot use "${path}": ${reasonOf(cause)}. ${remedy}`, { cause });
  }
};

const reasonOf = (cause: unknown) => (cause instanceof Error ? cause.message : String(cause));
