import { createHash } from 'node:crypto';

/** A uid that is the same whenever it is made from the same text: a name-based UUID (version 8). */
export const uidFrom = (text: string): string => {
  const hex = createHash('sha256').update(`uid/${text}`).digest('hex');
  const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`;
};
