import { createHash } from 'node:crypto';
import type { Wish } from './command.ts';
import type { Note } from './event.ts';
import type { ApiObject } from './object.ts';

/** What to tell users of an object. */
export interface Telling {
  readonly sort: 'Normal' | 'Warning';
  /** One CamelCase word, upstream's where it has one. */
  readonly reason: string;
  /** A sentence; cut to 1,024 characters, as upstream allows. */
  readonly message: string;
  /** Who says so, as upstream names its components. */
  readonly component: string;
  /** The node it is said from; none for the control plane. */
  readonly host?: string;
  /** Which part of the object: `spec.containers{web}`. */
  readonly fieldPath?: string;
}

const messageMax = 1_024;
/** Room for the digest within the 253 characters of a name. */
const baseMax = 230;

/** A Note on an object: the same told again is the same Event, counted up. Cluster-scoped objects' are told in `default`. */
export const noteOn = (object: ApiObject, telling: Telling): Wish<Note> => {
  const { name, namespace, uid, resourceVersion } = object.metadata;
  const { sort, reason, component, host = '', fieldPath = '' } = telling;
  const message = telling.message.slice(0, messageMax);
  const key = createHash('sha256').update([uid, sort, reason, message, component, host, fieldPath].join('\n'));
  return {
    type: 'Note',
    ref: {
      resource: 'events',
      namespace: namespace ?? 'default',
      name: `${name.slice(0, baseMax)}.${key.digest('hex').slice(0, 16)}`,
    },
    involved: {
      kind: object.kind,
      ...(namespace !== undefined && { namespace }),
      name,
      uid,
      apiVersion: object.apiVersion,
      resourceVersion,
      ...(fieldPath !== '' && { fieldPath }),
    },
    sort,
    reason,
    message,
    component,
    host,
  };
};
