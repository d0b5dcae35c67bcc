import { noteOn } from '../kinds/note.ts';
import type { ControlPlane } from './control-plane.ts';
import type { PodOf } from './pod.ts';

/** Tells users what happened to a pod on this node, as Events. `container` narrows it to one of its containers. */
export type TellUsers = (
  pod: PodOf,
  sort: 'Normal' | 'Warning',
  reason: string,
  message: string,
  container?: string,
) => void;

const fieldPathOf = (pod: PodOf, container: string): string => {
  const lists = ['initContainers', 'ephemeralContainers'] as const;
  const list = lists.find((one) => pod.spec[one]?.some(({ name }) => name === container));
  return `spec.${list ?? 'containers'}{${container}}`;
};

/** Notes on this node's pods; the same thing told again is the same Event, counted up. */
export const tellUsersOf =
  (controlPlane: ControlPlane, node: string): TellUsers =>
  (pod, sort, reason, message, container) => {
    const part = container === undefined ? {} : { fieldPath: fieldPathOf(pod, container) };
    const note = noteOn(pod, { sort, reason, message, component: 'kubelet', host: node, ...part });
    controlPlane.tell(`event/${note.ref.namespace}/${note.ref.name}`, note);
  };
