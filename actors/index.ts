import type { Kind } from '../kinds/kind.ts';
import { claims } from './claims.ts';
import type { Controller } from './controller.ts';
import { deployment } from './deployment/deployment.ts';
import { endpoints } from './endpoints/endpoints.ts';
import { endpointSlice } from './endpoints/slices.ts';
import { eventSweeper } from './event-sweeper.ts';
import { type ApiServerPlace, firstObjects } from './first-objects.ts';
import { garbage } from './garbage.ts';
import { authorityPublisher, serviceAccount } from './namespaces/furnishing.ts';
import { namespaceDeletion } from './namespaces/namespace-deletion.ts';
import { podGarbage } from './nodes/pod-garbage.ts';
import { replicaSet } from './replica-set/replica-set.ts';
import { scheduler } from './scheduler/scheduler.ts';

/** What some controllers are told once and for all. */
export interface Givens {
  readonly kinds: ReadonlyMap<string, Kind>;
  readonly apiServer: ApiServerPlace;
  /** The certificate (PEM) by which pods know the API server. */
  readonly authority: string;
}

/** Every controller of the World. The dispatcher speaks to nodes and node-life hears them: `start.ts` adds both. */
export const controllers = ({ kinds, apiServer, authority }: Givens): readonly Controller[] => [
  firstObjects(apiServer),
  serviceAccount,
  authorityPublisher(authority),
  deployment,
  replicaSet,
  scheduler,
  endpointSlice,
  endpoints,
  garbage(kinds),
  namespaceDeletion(kinds),
  podGarbage,
  claims,
  eventSweeper,
];
