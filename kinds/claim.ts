import type { Ref } from '../events/event.ts';
import { ageColumn, nameColumn, text } from './columns/column.ts';
import { fault } from './fault.ts';
import { defineKind, type Kind } from './kind.ts';
import type { ApiObject } from './object.ts';

/**
 * One thing that only one object may have: an address, a port. Its name says what, so that two who want it contend on one
 * stream. Internal: the API does not serve it.
 */
export interface Claim extends ApiObject {
  readonly spec: {
    /** Who has it, or is about to. */
    readonly holder: Ref & { readonly uid: string };
  };
}

/** When its holder last asked for it again, and by which command: RFC 3339, a space, the command's id. */
export const renewedAnnotation = 'reckon.dev/renewed';

/** When it was last asked for, ms since the Unix epoch. */
export const claimedAt = ({ metadata }: Claim): number =>
  Date.parse(metadata.annotations?.[renewedAnnotation]?.split(' ')[0] ?? metadata.creationTimestamp);

/** The claim of this name. */
export const claimRef = (name: string): Ref => ({ resource: 'claims.reckon.dev', namespace: '', name });

export const claim: Kind = defineKind<Claim>({
  group: 'reckon.dev',
  version: 'v1',
  kind: 'Claim',
  plural: 'claims',
  namespaced: false,
  verbs: [],
  validate: ({ spec }) => (spec?.holder ? [] : [fault.required('spec.holder')]),
  indexes: { holder: ({ spec }) => [spec.holder.uid] },
  columns: [
    nameColumn,
    text('Holder', 'Who has it.', ({ spec: { holder } }) => `${holder.resource} ${holder.namespace}/${holder.name}`),
    ageColumn,
  ],
});
