import type { PodTemplateSpec } from '../../kinds/schema/api/core-v1.ts';
import { deltaBetween } from '../../kinds/delta.ts';

/** On a ReplicaSet, its selector and its pods: which template they are of. */
export const hashLabel = 'pod-template-hash';

const letters = 'bcdfghjklmnpqrstvwxz2456789';
const offsetBasis = 0x811c9dc5;
const prime = 0x01000193;

/** FNV-1a, 32 bits. */
const fnv = (text: string): number => {
  let hash = offsetBasis;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, prime);
  return hash >>> 0;
};

const sortKeys = (_key: string, value: unknown): unknown =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;

/**
 * Names a template: the same template has the same name always. Upstream hashes Go's memory layout, so the names differ from
 * its, but look the same. `collisions` varies the name when another template has it.
 */
export const templateHash = (template: PodTemplateSpec, collisions: number): string =>
  Array.from(String(fnv(`${JSON.stringify(template, sortKeys)}/${collisions}`)), (digit) =>
    letters.charAt(digit.charCodeAt(0) % letters.length),
  ).join('');

const withoutHash = ({ metadata, ...rest }: PodTemplateSpec): unknown => {
  const { [hashLabel]: _hash, ...labels } = metadata?.labels ?? {};
  const { labels: _labels, ...others } = metadata ?? {};
  return { ...rest, metadata: { ...others, ...(Object.keys(labels).length > 0 && { labels }) } };
};

/** Whether two templates make the same pods. */
export const isSameTemplate = (a: PodTemplateSpec, b: PodTemplateSpec): boolean =>
  deltaBetween(withoutHash(a), withoutHash(b)).length === 0;
