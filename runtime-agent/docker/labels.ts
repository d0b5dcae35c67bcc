import type { PodIdentity } from '../container.ts';
import { RuntimeFailure } from '../runtime.ts';

/** Whose containers are whose: several nodes, of one cluster or of many, may share one Docker. */
export interface Owner {
  readonly cluster: string;
  readonly node: string;
}

/** What our labels say of a container. A sandbox has no container name. */
export interface Identity {
  readonly pod: PodIdentity;
  readonly attempt: number;
  readonly container?: { readonly name: string; readonly sandboxId: string };
  /** The caller's own labels. */
  readonly labels: Readonly<Record<string, string>>;
}

const label = {
  cluster: 'reckon.dev/cluster',
  node: 'reckon.dev/node',
  uid: 'reckon.dev/pod-uid',
  namespace: 'reckon.dev/pod-namespace',
  pod: 'reckon.dev/pod-name',
  container: 'reckon.dev/container-name',
  sandbox: 'reckon.dev/sandbox',
  attempt: 'reckon.dev/attempt',
  /** As JSON and under one name, since an image's labels are a container's too. */
  labels: 'reckon.dev/labels',
};

export const ownerLabels = ({ cluster, node }: Owner): Record<string, string> => ({
  [label.cluster]: cluster,
  [label.node]: node,
});

export const isOwnedBy = ({ cluster, node }: Owner, labels: Readonly<Record<string, string>> | undefined) =>
  labels?.[label.cluster] === cluster && labels[label.node] === node;

/** Docker's filter for all that is an owner's. */
export const ownedBy = ({ cluster, node }: Owner): string[] => [`${label.cluster}=${cluster}`, `${label.node}=${node}`];

export const inSandbox = (id: string): string[] => [`${label.sandbox}=${id}`];

export const toLabels = (owner: Owner, { pod, attempt, container, labels }: Identity): Record<string, string> => ({
  ...ownerLabels(owner),
  [label.uid]: pod.uid,
  [label.namespace]: pod.namespace,
  [label.pod]: pod.name,
  [label.attempt]: String(attempt),
  ...(container ? { [label.container]: container.name, [label.sandbox]: container.sandboxId } : {}),
  [label.labels]: JSON.stringify(labels),
});

export const fromLabels = (labels: Readonly<Record<string, string>>): Identity => {
  const need = (key: string) => {
    const value = labels[key];
    if (value === undefined) throw new RuntimeFailure('Refused', `A container of ours lacks the label "${key}"`);
    return value;
  };
  const name = labels[label.container];
  return {
    pod: { uid: need(label.uid), namespace: need(label.namespace), name: need(label.pod) },
    attempt: Number(need(label.attempt)),
    ...(name === undefined ? {} : { container: { name, sandboxId: need(label.sandbox) } }),
    labels: JSON.parse(need(label.labels)) as Record<string, string>, // written by toLabels
  };
};

/**
 * A name that no other container has, so that Docker refuses to make the same one twice. `POD` is no container's name,
 * since those are in small letters.
 */
export const dockerName = ({ pod, attempt, container }: Identity): string =>
  ['reckon', container?.name ?? 'POD', pod.name, pod.namespace, pod.uid, attempt].join('_');
