import type { Command } from './command.ts';
import { ageColumn, nameColumn, text } from './columns/column.ts';
import { defaultNamespace } from './defaults/namespace.ts';
import { defineKind, type Kind } from './kind.ts';
import { changeTo } from './lifecycle.ts';
import type { Stored } from './object.ts';
import { notFound } from './rejection.ts';
import type { Namespace as Schema } from './schema/api/core-v1.ts';
import { validateNamespace } from './validation/namespace.ts';
import { check } from './values/names.ts';

export type Namespace = Stored<Schema>;

/** Says who still holds a namespace back from going: `spec.finalizers` becomes `finalizers`. */
export interface Finalize extends Command {
  readonly type: 'Finalize';
  readonly finalizers: readonly string[];
}

/** Who empties a namespace before it goes. */
export const namespaceFinalizer = 'kubernetes';
const held = ({ spec }: Namespace) => (spec.finalizers ?? []).length > 0;

export const namespace: Kind = defineKind<Namespace, Finalize>(
  {
    group: '',
    version: 'v1',
    kind: 'Namespace',
    plural: 'namespaces',
    shortNames: ['ns'],
    namespaced: false,
    verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
    subresources: ['status', 'finalize'],
    defaults: defaultNamespace,
    prepare: (object) => {
      const others = (object.spec?.finalizers ?? []).filter((one) => one !== namespaceFinalizer);
      return { ...object, spec: { finalizers: [namespaceFinalizer, ...others] }, status: { phase: 'Active' } };
    },
    keep: (after, before) => ({ ...after, spec: before.spec }),
    nameCheck: check.dns1123Label,
    validate: validateNamespace,
    held,
    doom: (object) => ({ ...object, status: { ...object.status, phase: 'Terminating' } }),
    selectable: { 'status.phase': ({ status }) => status?.phase ?? '' },
    columns: [nameColumn, text('Status', 'Where in its life it is.', ({ status }) => status?.phase ?? ''), ageColumn],
  },
  {
    decide: {
      Finalize: (before, { ref, finalizers }) =>
        before
          ? changeTo(namespace, before, { ...before, spec: { finalizers } } as Namespace, 'FinalizersChanged')
          : notFound(namespace, ref.name),
    },
    evolve: {},
  },
);
