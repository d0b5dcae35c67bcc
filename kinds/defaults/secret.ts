import type { Secret } from '../schema/api/core-v1.ts';
import { fillEmpty } from './fill.ts';

/** Texts that were written plainly stand with the others in base64, and win over them. */
const merged = <S extends Secret>(secret: S): S => {
  const { stringData, ...rest } = secret;
  if (!stringData) return secret;
  const encoded = Object.entries(stringData).map(([key, text]) => [key, Buffer.from(text).toString('base64')] as const);
  const data = { ...secret.data, ...Object.fromEntries(encoded) };
  // Without what was only for writing, a Secret of the same sort.
  return { ...rest, ...(encoded.length > 0 && { data }) } as unknown as S;
};

/** A Secret with upstream's defaults of v1.34; `stringData` becomes `data`. */
export const defaultSecret = <S extends Secret>(secret: S): S =>
  fillEmpty<Secret>(merged(secret), { type: 'Opaque' }) as S;
