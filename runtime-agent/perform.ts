import { readFile } from 'node:fs/promises';
import type { Clock } from '../events/clock.ts';
import type { Container, LifecycleHandler } from '../kinds/schema/api/core-v1.ts';
import { FetchFailed } from './control-plane.ts';
import type { Check, Verdict } from './check.ts';
import { type RequestTools, requestFor } from './container-request.ts';
import { DeedFailed, type Step } from './deed.ts';
import { lastWordsFile } from './folders.ts';
import { writeNames } from './names.ts';
import type { NodeWorld } from './node-world.ts';
import type { TellUsers } from './notes.ts';
import { hostnameOf, type PodOf } from './pod.ts';
import { checkUser } from './privileges.ts';
import { pull } from './pull.ts';
import { type Runtime, RuntimeFailure } from './runtime.ts';
import { fillVolumes, removeVolumes } from './volumes/volumes.ts';

/** What deeds are done with. */
export interface Tools extends Omit<RequestTools, 'where' | 'services'> {
  readonly runtime: Runtime;
  readonly world: NodeWorld;
  readonly clock: Clock;
  readonly check: Check;
  readonly tell: TellUsers;
  /** What this node can give, and which Services there are, asked at each use. */
  readonly capacity: RequestTools['where']['capacity'];
  readonly services: () => RequestTools['services'];
}

type StepOf<Do extends Step['do']> = Extract<Step, { readonly do: Do }>;

const lastWordsBytesMax = 4_096;
const lastLogLines = 80;
const lastLogBytesMax = 2_048;

const whereOf = ({ world, capacity }: Tools, podIP: string) => ({ podIP, hostIP: world.hostIP, capacity });
const reasonFor = (error: unknown, fallback: string): DeedFailed => {
  if (error instanceof DeedFailed) return error;
  const text = error instanceof Error ? error.message : String(error);
  return new DeedFailed(error instanceof FetchFailed ? 'CreateContainerConfigError' : fallback, text, error);
};

const volumes = async (tools: Tools, { pod }: StepOf<'volumes'> | StepOf<'refresh'>) => {
  const ip = tools.world.seen(pod.metadata.uid).sandboxes.at(-1)?.ip ?? '';
  await fillVolumes({ root: tools.root, controlPlane: tools.controlPlane, where: whereOf(tools, ip) }, pod);
};

const graceMsOf = ({ spec }: PodOf) => (spec.terminationGracePeriodSeconds ?? 30) * 1_000;

const sandbox = async ({ runtime, root, world }: Tools, { pod, attempt }: StepOf<'sandbox'>) => {
  const { uid, namespace = '', name } = pod.metadata;
  try {
    const made = await runtime.runSandbox({
      pod: { uid, namespace, name },
      attempt,
      hostname: hostnameOf(pod),
      network: pod.spec.hostNetwork ? 'node' : 'pod',
      ipc: pod.spec.hostIPC ? 'node' : 'pod',
      labels: {},
    });
    await writeNames(root, pod, made.ip ?? world.hostIP);
  } catch (error) {
    if (error instanceof RuntimeFailure && error.kind === 'Conflict') return;
    const text = error instanceof Error ? error.message : String(error);
    throw new DeedFailed('FailedCreatePodSandBox', `Failed to create pod sandbox: ${text}`, error);
  }
};

const runHook = (
  { check, world }: Tools,
  pod: PodOf,
  container: Container,
  containerId: string,
  hook: LifecycleHandler,
  timeoutMs: number,
): Promise<Verdict> => {
  const sandbox = world.seen(pod.metadata.uid).sandboxes.at(-1);
  if (!sandbox) return Promise.resolve({ ok: false, text: 'the pod has no sandbox' });
  return check(hook, { containerId, sandbox, ip: sandbox.ip ?? world.hostIP, container }, timeoutMs);
};

const start = async (tools: Tools, { pod, container, sandboxId, ip, attempt, crashes }: StepOf<'start'>) => {
  const { runtime, tell } = tools;
  if (ip !== '' && !pod.spec.hostNetwork) await writeNames(tools.root, pod, ip);
  const request = await requestFor(
    { ...tools, services: tools.services(), where: whereOf(tools, ip) },
    { pod, container, sandboxId, attempt, crashes },
  ).catch((error: unknown) => {
    throw reasonFor(error, 'CreateContainerConfigError');
  });
  await checkUser(runtime, pod, container).catch((error: unknown) => {
    throw reasonFor(error, 'CreateContainerConfigError');
  });
  const id = await runtime.createContainer(request).catch((error: unknown) => {
    throw reasonFor(error, 'CreateContainerError');
  });
  tell(pod, 'Normal', 'Created', `Created container: ${container.name}`, container.name);
  await runtime.startContainer(id).catch((error: unknown) => {
    throw reasonFor(error, 'RunContainerError');
  });
  tell(pod, 'Normal', 'Started', `Started container ${container.name}`, container.name);
  const hook = container.lifecycle?.postStart;
  if (!hook) return;
  const graceMs = graceMsOf(pod);
  const { ok, text } = await runHook(tools, pod, container, id, hook, graceMs);
  // A pod that is being stopped meanwhile ends with its own grace.
  if (ok || tools.world.order(pod.metadata.uid)?.type !== 'RunPod') return;
  tell(pod, 'Warning', 'FailedPostStartHook', `PostStartHook failed: ${text}`, container.name);
  await runtime.stopContainer(id, graceMs);
};

const stop = async (tools: Tools, { pod, container, id, graceMs, hook: isDue, why }: StepOf<'stop'>) => {
  const { runtime, clock, tell } = tools;
  tell(pod, 'Normal', 'Killing', why, container?.name);
  const began = clock.now();
  const hook = isDue ? container?.lifecycle?.preStop : undefined;
  if (hook && container && graceMs > 0) {
    const { ok, text } = await runHook(tools, pod, container, id, hook, graceMs);
    if (!ok) tell(pod, 'Warning', 'FailedPreStopHook', `PreStopHook failed: ${text}`, container.name);
  }
  // As upstream: after a hook that took all of it, the process still hears the signal and has two seconds.
  const left = graceMs === 0 ? 0 : Math.max(graceMs - (clock.now() - began), 2_000);
  await runtime.stopContainer(id, left);
};

const lastWords = async (
  { root, runtime, world }: Tools,
  { pod, container, id, failed }: StepOf<'lastWords'>,
): Promise<string> => {
  const seen = world.seen(pod.metadata.uid).containers.find((one) => one.id === id);
  const file = lastWordsFile(root, pod.metadata.uid, container.name, seen?.attempt ?? 0);
  const written = await readFile(file).catch(() => Buffer.alloc(0)); // a container of an earlier data folder has none
  const text = written.subarray(0, lastWordsBytesMax).toString('utf8');
  if (text !== '' || !failed || container.terminationMessagePolicy !== 'FallbackToLogsOnError') return text;
  const stream = await runtime.logs(id, {
    stdout: true,
    stderr: true,
    follow: false,
    timestamps: false,
    tailLines: lastLogLines,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk as Buffer); // the port's streams carry bytes
  return Buffer.concat(chunks).subarray(-lastLogBytesMax).toString('utf8');
};

const remove = async ({ root, runtime }: Tools, { pod, sandboxIds, containerIds }: StepOf<'remove'>) => {
  for (const id of sandboxIds) await runtime.removeSandbox(id);
  for (const id of containerIds) await runtime.removeContainer(id);
  await removeVolumes(root, pod.metadata.uid);
};

/** Does one deed; resolves to what it found, for one that looks something up. Rejects with {@link DeedFailed} where it can. */
export const perform = async (tools: Tools, step: Step): Promise<string | undefined> => {
  const { runtime } = tools;
  switch (step.do) {
    case 'volumes':
    case 'refresh':
      await volumes(tools, step);
      return undefined;
    case 'sandbox':
      await sandbox(tools, step);
      return undefined;
    case 'stopSandbox':
      await runtime.stopSandbox(step.id);
      return undefined;
    case 'pull':
      await pull(tools, step.pod, step.container);
      return undefined;
    case 'start':
      await start(tools, step);
      return undefined;
    case 'stop':
      await stop(tools, step);
      return undefined;
    case 'removeContainer':
      await runtime.removeContainer(step.id);
      return undefined;
    case 'removeSandbox':
      await runtime.removeSandbox(step.id);
      return undefined;
    case 'lastWords':
      return lastWords(tools, step);
    case 'remove':
      await remove(tools, step);
      return undefined;
    case 'report':
    case 'confirm':
      throw new Error(`Cannot perform "${step.do}": it is told, not done`);
  }
};
