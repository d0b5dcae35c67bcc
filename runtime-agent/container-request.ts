import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Container, VolumeMount } from '../kinds/schema/api/core-v1.ts';
import { crashesLabel } from './back-off.ts';
import type { ContainerSpec, Mount } from './container.ts';
import { DeedFailed } from './deed.ts';
import { type EnvironmentTools, environmentOf, expand } from './environment.ts';
import { hostsFile, lastWordsFile, resolvFile } from './folders.ts';
import type { PodOf } from './pod.ts';
import { privilegesOf } from './privileges.ts';
import { resourcesOf } from './resources.ts';
import { subPathOf } from './volumes/sub-path.ts';
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
  const shownOnly = volume.configMap ?? volume.secret ?? volume.projected ?? volume.downwardAPI;
  return {
    source: part === '' ? whole : await subPathOf(whole, part, mount.name),
    target: mount.mountPath,
    readOnly: (mount.readOnly ?? false) || shownOnly !== undefined,
    ...(mount.mountPropagation && { propagation: mount.mountPropagation }),
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
  await writeFile(words, '');
  await chmod(words, 0o666); // whoever the container runs as
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
