import type { Forget, RunPod, StopPod } from '../../commands/orders/order.ts';
import { refOf, streamOf } from '../../events/event.ts';
import type { Pod } from '../../kinds/pod.ts';
import type { World } from '../../projections/world.ts';
import type { Step } from './step.ts';

/** A pod's uid, its node and its stream: all that is needed to say what the node shall do, also once the pod is gone. */
export interface PodKey {
  readonly uid: string;
  readonly node: string;
  readonly stream: string;
  /** The node itself said that nothing is left. */
  readonly confirmed: boolean;
}

const mark = { open: 'pod', confirmed: 'gone' } as const;

export const podKey = ({ uid, node, stream, confirmed }: PodKey): string =>
  [confirmed ? mark.confirmed : mark.open, node, uid, stream].join('|');

const readKey = (key: string): PodKey => {
  const [sort, node = '', uid = '', ...stream] = key.split('|');
  return { node, uid, stream: stream.join('|'), confirmed: sort === mark.confirmed };
};

/** Reports change only what the node itself said: no news for it. */
const isNews = ({ recorded, before, after }: Step): boolean =>
  recorded?.event.type !== 'StatusReported' || !before || !after;

/** The node whose turn a pod's change makes it. */
export const podKeysOf = (change: Step): readonly string[] => {
  const pod = (change.after ?? change.before) as Pod; // the caller looked at the resource
  const node = pod.spec.nodeName;
  if (!node || !isNews(change)) return [];
  const { uid } = pod.metadata;
  const confirmed = !change.after && change.recorded?.origin.via === `agent/${node}`;
  return [podKey({ uid, node, stream: streamOf(change.ref), confirmed })];
};

/** What is known of a pod that is no more: enough to remove what is left of it. */
const remains = ({ uid, stream }: PodKey): Pod => {
  const { namespace, name } = refOf(stream);
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name, namespace, uid, resourceVersion: '0', creationTimestamp: '' },
    spec: { containers: [] },
  };
};

/** What its node shall do about this pod. */
export const podOrder = (world: World, text: string): RunPod | StopPod | Forget => {
  const key = readKey(text);
  const { node, uid, stream, confirmed } = key;
  const topic = { node, key: `pod/${uid}` };
  const pod = world.get<Pod>(refOf(stream));
  if (pod?.metadata.uid !== uid) {
    if (confirmed) return { ...topic, type: 'Forget', position: world.position };
    return {
      ...topic,
      type: 'StopPod',
      position: world.position,
      pod: remains(key),
      gracePeriodSeconds: 0,
      gone: true,
    };
  }
  const position = Number(pod.metadata.resourceVersion);
  if (pod.metadata.deletionTimestamp === undefined) return { ...topic, type: 'RunPod', position, pod };
  const gracePeriodSeconds = pod.metadata.deletionGracePeriodSeconds ?? 0;
  return { ...topic, type: 'StopPod', position, pod, gracePeriodSeconds, gone: false };
};
