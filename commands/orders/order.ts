import type { Pod } from '../../kinds/schema/api/core-v1.ts';
import type { Stored } from '../../kinds/object.ts';

/** The topic of what every node must know, in place of a node's name. No node can have this name. */
export const everyNode = '*';

interface Standing {
  /** The node's name, or {@link everyNode}. */
  readonly node: string;
  /** What it is about; the newest order of a key is the one that stands. */
  readonly key: string;
  /** Position in the log that it follows from; one older than the standing order is passed over. */
  readonly position: number;
}

/** Run this pod, until told otherwise. Key: `pod/<uid>`. Never holds a Secret's values. */
export interface RunPod extends Standing {
  readonly type: 'RunPod';
  readonly pod: Stored<Pod>;
}

/** Stop this pod within its grace and confirm it. Key: `pod/<uid>`. The pod as last known says how (preStop, volumes). */
export interface StopPod extends Standing {
  readonly type: 'StopPod';
  readonly pod: Stored<Pod>;
  /** From when the request to delete was accepted; 0 kills at once. */
  readonly gracePeriodSeconds: number;
  /** The object is gone from the World: nothing is left to confirm. */
  readonly gone: boolean;
}

/** One backend of a Service port. */
export interface Backend {
  readonly ip: string;
  readonly port: number;
  readonly ready: boolean;
  readonly serving: boolean;
  readonly terminating: boolean;
  /** Where it runs; empty when unknown. */
  readonly node: string;
}

export interface ServedPort {
  /** Empty when the Service has one port without a name. */
  readonly name: string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
  readonly port: number;
  /** 0 when the Service has none. */
  readonly nodePort: number;
  readonly backends: readonly Backend[];
}

/** Carry traffic for this Service. Key: `service/<namespace>/<name>`; node: {@link everyNode}. */
export interface ServeService extends Standing {
  readonly type: 'ServeService';
  readonly namespace: string;
  readonly name: string;
  readonly uid: string;
  /** Empty for a Service without a virtual address. */
  readonly clusterIPs: readonly string[];
  readonly externalIPs: readonly string[];
  readonly ports: readonly ServedPort[];
  /** Seconds a client keeps its backend; 0 for no affinity. */
  readonly affinitySeconds: number;
  readonly internalTrafficPolicy: 'Cluster' | 'Local';
  readonly externalTrafficPolicy: 'Cluster' | 'Local';
}

/** Nothing is asked any more about this key: a tombstone, once what was to stop has stopped. */
export interface Forget extends Standing {
  readonly type: 'Forget';
}

/** What a node should be doing about one key until told otherwise: a level, not an edge. */
export type Order = RunPod | StopPod | ServeService | Forget;
