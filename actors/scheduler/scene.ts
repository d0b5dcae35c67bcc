import { controllerOf } from '../../kinds/object.ts';
import { isFinished, type Pod } from '../../kinds/pod.ts';
import type { LabelSelector } from '../../kinds/values/selector.ts';
import type { World } from '../../projections/world.ts';
import { type NodeInfo, nodeInfos, place } from './node-info.ts';

/** What filters and scores may look at beside the node: everything as the plan has it so far. */
export interface Scene {
  readonly world: World;
  readonly nodes: readonly NodeInfo[];
  /** A pod's node; `undefined` when it has none, or one that is not there. */
  readonly nodeOf: (pod: Pod) => NodeInfo | undefined;
  /** Pods with a node, placed ones included, that one in the namespaces and with the labels could be among. */
  readonly candidates: (namespaces: ReadonlySet<string> | 'all', selector: LabelSelector | undefined) => readonly Pod[];
  /** How many pods of one controller each node has, by its name. */
  readonly siblings: (controllerUid: string) => ReadonlyMap<string, number>;
  /** Pods with a node that will not have certain others near them. */
  readonly averse: () => readonly Pod[];
  /** The pod counts on this node from now on. */
  readonly place: (info: NodeInfo, pod: Pod) => void;
}

const isThere = (pod: Pod): boolean => pod.spec.nodeName !== undefined && pod.spec.nodeName !== '' && !isFinished(pod);

/** Every pod that one of these namespaces holds under the selector's first label, or all of them. */
const found = (
  world: World,
  namespaces: ReadonlySet<string> | 'all',
  selector: LabelSelector | undefined,
): readonly Pod[] => {
  const [label] = Object.entries(selector?.matchLabels ?? {});
  if (namespaces === 'all') return world.list<Pod>('pods');
  return [...namespaces].flatMap((namespace) =>
    label ? world.indexed<Pod>('pods', 'label', `${namespace}/${label.join('=')}`) : world.list<Pod>('pods', namespace),
  );
};

/** The World as a plan begins. */
export const sceneOf = (world: World): Scene => {
  const nodes = nodeInfos(world);
  const byName = new Map(nodes.map((info) => [info.name, info]));
  const placed: Pod[] = [];
  const families = new Map<string, Map<string, number>>();

  const siblings = (uid: string): Map<string, number> => {
    const known = families.get(uid);
    if (known) return known;
    const counts = new Map<string, number>();
    for (const one of [...world.ownedBy(uid), ...placed]) {
      const pod = one as Pod; // looked at only when it is one
      if (pod.kind !== 'Pod' || !isThere(pod) || controllerOf(pod)?.uid !== uid) continue;
      const node = pod.spec.nodeName ?? '';
      counts.set(node, (counts.get(node) ?? 0) + 1);
    }
    families.set(uid, counts);
    return counts;
  };

  return {
    world,
    nodes,
    nodeOf: ({ spec }) => byName.get(spec.nodeName ?? ''),
    candidates: (namespaces, selector) => [...found(world, namespaces, selector).filter(isThere), ...placed],
    siblings,
    averse: () => [
      ...world.indexed<Pod>('pods', 'averse', 'true').filter(isThere),
      ...placed.filter(({ spec }) => spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution),
    ],
    place: (info, pod) => {
      const there = { ...pod, spec: { ...pod.spec, nodeName: info.name } };
      const owner = controllerOf(pod)?.uid;
      const counts = owner === undefined ? undefined : families.get(owner);
      counts?.set(info.name, (counts.get(info.name) ?? 0) + 1);
      placed.push(there);
      place(info, there);
    },
  };
};
