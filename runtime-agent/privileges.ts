import type { Container } from '../kinds/schema/api/core-v1.ts';
import type { Privileges } from './container.ts';
import { DeedFailed } from './deed.ts';
import { type PodOf, podText } from './pod.ts';
import type { Runtime } from './runtime.ts';

/** A container's privileges: its own word before the pod's. */
export const privilegesOf = (pod: PodOf, { securityContext: own = {} }: Container): Privileges => {
  const { securityContext: shared = {} } = pod.spec;
  const user = own.runAsUser ?? shared.runAsUser;
  const group = own.runAsGroup ?? shared.runAsGroup;
  const groups = [...(shared.supplementalGroups ?? []), ...(shared.fsGroup === undefined ? [] : [shared.fsGroup])];
  return {
    ...(user !== undefined && { user: group === undefined ? `${user}` : `${user}:${group}` }),
    ...(user === undefined && group !== undefined && { user: `0:${group}` }),
    ...(groups.length > 0 && { groups }),
    ...(own.privileged !== undefined && { privileged: own.privileged }),
    ...(own.capabilities?.add && { addCapabilities: own.capabilities.add }),
    ...(own.capabilities?.drop && { dropCapabilities: own.capabilities.drop }),
    ...(own.readOnlyRootFilesystem !== undefined && { readOnlyRootFilesystem: own.readOnlyRootFilesystem }),
    ...(own.allowPrivilegeEscalation === false && { noNewPrivileges: true }),
  };
};

/** Refuses a container that must not run as root and would, or may for all that can be known. The texts are the kubelet's. */
export const checkUser = async (runtime: Pick<Runtime, 'image'>, pod: PodOf, container: Container): Promise<void> => {
  const { securityContext: own = {} } = container;
  const { securityContext: shared = {} } = pod.spec;
  if (!(own.runAsNonRoot ?? shared.runAsNonRoot)) return;
  const where = `(pod: "${podText(pod)}", container: ${container.name})`;
  const refuse = (why: string) => {
    throw new DeedFailed('CreateContainerConfigError', `${why} ${where}`);
  };
  const uid = own.runAsUser ?? shared.runAsUser;
  if (uid === 0) refuse("container's runAsUser breaks non-root policy");
  if (uid !== undefined) return;
  const [user = ''] = ((await runtime.image(container.image ?? ''))?.user ?? '').split(':');
  if (user === '' || user === '0') refuse('container has runAsNonRoot and image will run as root');
  if (!/^\d+$/.test(user))
    refuse(`container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root`);
};
