import { createHash } from 'node:crypto';
import type { Note } from '../kinds/event.ts';
import type { Wish } from '../kinds/command.ts';
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

const digest = (text: string) => createHash('sha256').update(text).digest('hex').slice(0, 16);
const messageMax = 1_024;

const fieldPathOf = (pod: PodOf, container: string): string => {
  const list = pod.spec.initContainers?.some(({ name }) => name === container) ? 'initContainers' : 'containers';
  return `spec.${list}{${container}}`;
};

/** Notes on this node's pods; the same thing told again is the same Event, counted up. */
export const tellUsersOf =
  (controlPlane: ControlPlane, node: string): TellUsers =>
  (pod, sort, reason, text, container) => {
    const message = text.slice(0, messageMax);
    const { name, namespace = '', uid, resourceVersion } = pod.metadata;
    const key = digest([uid, sort, reason, message, container].join('\n'));
    const wish: Wish<Note> = {
      type: 'Note',
      ref: { resource: 'events', namespace, name: `${name}.${key}` },
      involved: {
        kind: 'Pod',
        apiVersion: 'v1',
        namespace,
        name,
        uid,
        resourceVersion,
        ...(container !== undefined && { fieldPath: fieldPathOf(pod, container) }),
      },
      sort,
      reason,
      message,
      component: 'kubelet',
      host: node,
    };
    controlPlane.tell(`event/${name}.${key}`, wish);
  };
