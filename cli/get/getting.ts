import type { Sought } from '../listing.ts';
import type { Moment } from '../moment.ts';
import { objectName } from '../resources.ts';
import type { TableWish } from '../server-table.ts';
import type { Target } from '../target.ts';

/** What `get` is to show. */
export interface Getting {
  readonly targets: readonly Target[];
  /** Empty means all. */
  readonly namespace: string;
  readonly labels: string;
  readonly fields: string;
  /** Undefined means a table. */
  readonly form: 'wide' | 'yaml' | 'json' | 'name' | undefined;
  readonly headings: boolean;
  /** Undefined means now. */
  readonly moment: Moment | undefined;
}

/** The list behind one target. */
export const soughtOf = (
  { namespace, labels, fields }: Getting,
  { resource }: Target,
  asOf: string | undefined,
): Sought => ({ resource, namespace, labels, fields, asOf });

/** The list that holds the one object of this name, if it is there. */
export const namedIn = (sought: Sought, name: string): Sought => ({ ...sought, fields: `metadata.name=${name}` });

/** How one target's table is shown. */
export const tableWishOf = (wish: Getting, { resource }: Target): TableWish => ({
  wide: wish.form === 'wide',
  namespaces: wish.namespace === '' && resource.namespaced,
  nameOf: (name) => (wish.targets.length > 1 ? objectName(resource, name) : name),
});
