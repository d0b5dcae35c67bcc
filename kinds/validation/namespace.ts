import { fault } from '../fault.ts';
import type { Namespace } from '../schema/api/core-v1.ts';
import { check } from '../values/names.ts';
import { checkText, type Faults, fine, type Unchecked } from './field-checks.ts';
import { standardFinalizers } from './metadata.ts';

/** Faults of a Namespace, its metadata's aside, in upstream's order. */
export const validateNamespace = ({ spec }: Unchecked<Namespace>): Faults =>
  (spec?.finalizers ?? []).flatMap((name) => [
    ...checkText('spec.finalizers', name, check.qualifiedName),
    ...(name.includes('/') || standardFinalizers.includes(name)
      ? fine
      : [
          fault.invalid('spec.finalizers', name, 'name is neither a standard finalizer name nor is it fully qualified'),
        ]),
  ]);
