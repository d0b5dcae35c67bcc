import { type Fault, fault } from '../fault.ts';
import type { Kind } from '../kind.ts';
import type { ApiObject } from '../object.ts';

/** Faults of an object's metadata, whatever its kind. */
export const validateMetadata = (_kind: Kind, object: ApiObject): readonly Fault[] =>
  object.metadata.name ? [] : [fault.required('metadata.name', 'name or generateName is required')];

/** Faults of what a write does to an object's metadata. */
export const validateMetadataUpdate = (_after: ApiObject, _before: ApiObject): readonly Fault[] => [];
