import { mkdir, realpath, stat, writeFile } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import type { Container, VolumeMount } from '../kinds/schema/api/core-v1.ts';
import type { ContainerSpec, Mount, Privileges } from './container.ts';
import { DeedFailed } from './deed.ts';
import { type EnvironmentTools, environmentOf, expand } from './environment.ts';
import { hostsFile, lastWordsFile, resolvFile } from './folders.ts';
import type { PodOf } from './pod.ts';
import { crashesLabel } from './pod-run.ts';
import { resourcesOf } from './resources.ts';
import { sourceOf } from './volumes/volumes.ts';

/** What the runtime is asked for is made from the pod and what this node knows. */
export interface RequestTools extends EnvironmentTools {
  readonly root: string;
}

export interface Asked {
  readonly pod: PodOf;
  readonly container: Container;
  readonly sandboxId: string;
  readonly attempt: number;
  readonly crashes: number;
}

const mountOf = async (
  root: string,
  pod: PodOf,
  mount: VolumeMount,
  env: ReadonlyMap<string, string>,
): Promise<Mount> => {
  const volume = pod.spec.volumes?.find(({ name }) => name === mount.name);
  if (!volume)
    throw new DeedFailed(
      'CreateContainerConfigError',
      `volume "${mount.name}" of mount ${mount.mountPath} is not defined`,
    );
  const whole = sourceOf(root, pod, volume);
  const part = mount.subPathExpr ? expand(mount.subPathExpr, env) : (mount.subPath ?? '');
  const source = normalize(join(whole, part));
  if (part !== '') {
    if (part.startsWith('/') || part.split('/').includes('..')) {
      throw new DeedFailed('CreateContainerConfigError', `subPath "${part}" leads out of volume "${mount.name}"`);
    }
    if (!(await stat(source).catch(() => undefined))) await mkdir(source, { recursive: true });
    const [real, realWhole] = await Promise.all([realpath(source), realpath(whole)]);
    if (!`${real}/`.startsWith(`${realWhole}/`)) {
      throw new DeedFailed('CreateContainerConfigError', `subPath "${part}" leads out of volume "${mount.name}"`);
    }
    return { source: real, target: mount.mountPath, readOnly: mount.readOnly ?? false };
  }
  const shownOnly = volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI;
  return {
    source,
    target: mount.mountPath,
    readOnly: (mount.readOnly ?? false) || shownOnly !== undefined,
    ...(mount.mountPropagation && { propagation: mount.mountPropagation }),
  };
};

const privilegesOf = (pod: PodOf, { securityContext: own = {} }: Container): Privileges => {
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

/** The whole request for one container, its files on the node made. */
export const requestFor = async (
  tools: RequestTools,
  { pod, container, sandboxId, attempt, crashes }: Asked,
): Promise<ContainerSpec> => {
  const { root, where } = tools;
  const { uid, namespace = '', name } = pod.metadata;
  const env = await environmentOf(tools, pod, container);
  const mounts = await Promise.all((container.volumeMounts ?? []).map((mount) => mountOf(root, pod, mount, env)));

  const words = lastWordsFile(root, uid, container.name, attempt);
  await mkdir(dirname(words), { recursive: true });
  await writeFile(words, '', { mode: 0o666 });
  const own: Mount[] = [
    { source: words, target: container.terminationMessagePath ?? '/dev/termination-log', readOnly: false },
  ];
  const mounted = new Set(mounts.map(({ target }) => target));
  const names = [
    { source: hostsFile(root, uid), target: '/etc/hosts' },
    { source: resolvFile(root, uid), target: '/etc/resolv.conf' },
  ];
  for (const { source, target } of pod.spec.hostNetwork ? [] : names) {
    if (!mounted.has(target)) own.push({ source, target, readOnly: false });
  }
  return {
    sandboxId,
    pod: { uid, namespace, name },
    name: container.name,
    attempt,
    image: container.image ?? '',
    command: (container.command ?? []).map((word) => expand(word, env)),
    args: (container.args ?? []).map((word) => expand(word, env)),
    env: Array.from(env, ([key, value]) => ({ name: key, value })),
    ...(container.workingDir && { workingDir: container.workingDir }),
    mounts: [...mounts, ...own],
    resources: resourcesOf(pod, container, where.capacity.memoryBytes),
    privileges: privilegesOf(pod, container),
    pid: pod.spec.hostPID ? 'node' : pod.spec.shareProcessNamespace ? 'pod' : 'container',
    tty: container.tty ?? false,
    stdin: container.stdin ?? false,
    stdinOnce: container.stdinOnce ?? false,
    labels: { [crashesLabel]: String(crashes) },
  };
};
