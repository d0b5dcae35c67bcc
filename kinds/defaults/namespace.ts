import type { Namespace } from '../schema/api/core-v1.ts';
import { fillEmpty, within } from './fill.ts';

/** Every namespace carries its own name under this label, so that selectors can name it. */
const nameLabel = 'kubernetes.io/metadata.name';

/** A Namespace with upstream's defaults of v1.34. Its finalizer is put on when it is made, not here. */
export const defaultNamespace = <N extends Namespace>(namespace: N): N => {
  const labeled = within(namespace, 'metadata', (metadata) =>
    !metadata.name || metadata.labels?.[nameLabel] === metadata.name
      ? metadata
      : { ...metadata, labels: { ...metadata.labels, [nameLabel]: metadata.name } },
  );
  const status = fillEmpty(labeled.status ?? {}, { phase: 'Active' });
  return status === labeled.status ? labeled : { ...labeled, status };
};
