import { goJson } from '../../kinds/values/quote.ts';
import type { Manifest } from '../manifests.ts';

/** Where kubectl keeps what was last applied, so that either client can go on where the other stopped. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

const sorted = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
};

/** The manifest with a note of itself, byte for byte as kubectl writes it. */
export const withLastApplied = (manifest: Manifest): Manifest => {
  const { [lastAppliedAnnotation]: _before, ...annotations } = manifest.metadata.annotations ?? {};
  const plain = { ...manifest, metadata: { ...manifest.metadata, annotations } };
  const note = `${goJson(sorted(plain))}\n`;
  return { ...plain, metadata: { ...plain.metadata, annotations: { ...annotations, [lastAppliedAnnotation]: note } } };
};

/** What was applied before; nothing when the object was made in another way, or its note cannot be read. */
export const lastAppliedOf = (live: {
  readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
}): unknown => {
  const note = live.metadata.annotations?.[lastAppliedAnnotation];
  if (note === undefined) return {};
  try {
    return JSON.parse(note) as unknown;
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
};
