import { claim } from './claim.ts';
import { configMap } from './config-map.ts';
import { deployment } from './deployment.ts';
import { endpointSlice } from './endpoint-slice.ts';
import { endpoints } from './endpoints.ts';
import { event } from './event.ts';
import type { Kind } from './kind.ts';
import { lease } from './lease.ts';
import { namespace } from './namespace.ts';
import { node } from './node.ts';
import { pod } from './pod.ts';
import { priorityClass } from './priority-class.ts';
import { replicaSet } from './replica-set.ts';
import { secret } from './secret.ts';
import { serviceAccount } from './service-account.ts';
import { service } from './service.ts';

const rows: readonly Kind[] = [
  namespace,
  node,
  pod,
  service,
  endpoints,
  endpointSlice,
  configMap,
  secret,
  serviceAccount,
  replicaSet,
  deployment,
  event,
  lease,
  priorityClass,
  claim,
];

/** Every built-in kind, by resource: `pods`, `deployments.apps`. */
export const kinds: ReadonlyMap<string, Kind> = new Map(rows.map((row) => [row.resource, row]));
