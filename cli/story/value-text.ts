import type { Ref } from '../../events/event.ts';
import type { Difference } from './difference.ts';

/** What of a kind is nobody's to read over a shoulder. */
const veiled: Readonly<Record<string, RegExp>> = { secrets: /^(data|stringData)\b/ };
const veil = '(hidden)';

/** A value on one line. */
export const valueText = (value: unknown): string => {
  if (typeof value === 'string') return value === '' || /[\s"]/.test(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value) ?? 'nothing';
};

const cover = (value: unknown) => (value === undefined ? undefined : veil);

/** Differences without what must not be shown. */
export const withVeil = (
  { resource }: Pick<Ref, 'resource'>,
  differences: readonly Difference[],
): readonly Difference[] => {
  const hidden = veiled[resource];
  if (!hidden) return differences;
  return differences.map((one) => (hidden.test(one.path) ? { ...one, from: cover(one.from), to: cover(one.to) } : one));
};

/** `spec.replicas: 3 → 2`. */
export const differenceText = ({ path, from, to }: Difference): string => {
  if (from === undefined) return `${path}: ${valueText(to)}`;
  if (to === undefined) return `${path}: removed, was ${valueText(from)}`;
  return `${path}: ${valueText(from)} → ${valueText(to)}`;
};
