import type { Container as ContainerSpec } from '../kinds/schema/api/core-v1.ts';
import { crashBackoffMs, crashesUpTo } from './back-off.ts';
import type { Sandbox } from './container.ts';
import { containersOf, isSidecar, type PodOf } from './pod.ts';
import type { Draft } from './pod-plan.ts';
import { hasEnded, lastAttempt, newestOf, outcomeOf, statusNamed, toldOf } from './runs.ts';

/** How many containers of one name are kept: the one that is, and the one before it for `logs --previous`. */
const keptMax = 2;
/** Volumes that follow an object, and tokens, are looked at this often. */
const refreshMs = 60_000;

/** Starts the container unless it runs or waits its turn; true once it runs. */
const keepRunning = (draft: Draft, spec: ContainerSpec, sandbox: Sandbox): boolean => {
  const { world, pod, now } = draft;
  const { containers } = world.seen(pod.metadata.uid);
  const newest = newestOf(containers, spec.name);
  const here = newest?.sandboxId === sandbox.id ? newest : undefined;

  if (here?.state === 'running') {
    const health = world.health(here.id);
    if (health && !health.alive) {
      const probe = health.started ? spec.livenessProbe : spec.startupProbe;
      const grace = probe?.terminationGracePeriodSeconds ?? pod.spec.terminationGracePeriodSeconds ?? 30;
      const why = `Container ${spec.name} failed ${health.started ? 'liveness' : 'startup'} probe, will be restarted`;
      draft.did({ do: 'stop', pod, container: spec, id: here.id, grace, graceMs: grace * 1_000, hook: true, why });
    }
    return true;
  }
  if (here?.state === 'created') {
    // Left by an agent that ended between making and starting it, unless it was begun here: then it is about to run.
    const deed = world.deeds(pod.metadata.uid).get(`start/${spec.name}/${here.attempt}`);
    if (!deed || deed.state === 'failed') draft.did({ do: 'removeContainer', pod, id: here.id });
    return false;
  }
  const crashes = here ? crashesUpTo(here) : 0;
  const startAt = here ? (here.finishedAt ?? here.createdAt) + crashBackoffMs(crashes) : now;
  if (startAt > now) {
    draft.recheck(startAt);
    return false;
  }
  const attempt = lastAttempt(newest, statusNamed(toldOf(world, pod), spec.name)) + 1;
  if (!draft.did({ do: 'pull', pod, container: spec, attempt })) return false;
  draft.did({
    do: 'start',
    pod,
    container: spec,
    sandboxId: sandbox.id,
    ip: sandbox.ip ?? world.hostIP,
    attempt,
    crashes,
  });
  return false;
};

const stopNow = (draft: Draft, id: string, why: string): void => {
  draft.did({ do: 'stop', pod: draft.pod, container: undefined, id, grace: 0, graceMs: 0, hook: false, why });
};

/** A sandbox that runs; makes one where there is none, once nothing runs in the one before. */
const needSandbox = (draft: Draft): Sandbox | undefined => {
  const { world, pod } = draft;
  const { sandboxes, containers } = world.seen(pod.metadata.uid);
  const last = sandboxes.at(-1);
  if (last?.state === 'running') return last;
  if (last?.state === 'created') {
    // About to run, if it was begun here; otherwise left by an agent that ended meanwhile.
    const deed = world.deeds(pod.metadata.uid).get(`sandbox/${last.attempt}`);
    if (!deed || deed.state === 'failed') draft.did({ do: 'removeSandbox', pod, id: last.id });
    return undefined;
  }
  const running = containers.filter(({ state }) => state === 'running');
  if (last && running.some(({ sandboxId }) => sandboxId === last.id))
    draft.did({ do: 'stopSandbox', pod, id: last.id });
  // Somebody removed the sandbox and left what ran in it.
  for (const { id, name, sandboxId } of running) {
    if (!sandboxes.some((one) => one.id === sandboxId)) stopNow(draft, id, `Container ${name} has lost its sandbox`);
  }
  if (running.length > 0) return undefined;
  draft.did({ do: 'sandbox', pod, attempt: (last?.attempt ?? -1) + 1 });
  return undefined;
};

/** Init containers one after the other, sidecars left running among them; true once the others may start. */
const runInit = (draft: Draft, sandbox: Sandbox): boolean => {
  const { world, pod } = draft;
  const { containers } = world.seen(pod.metadata.uid);
  const begun = pod.spec.containers.some(({ name }) => newestOf(containers, name)?.sandboxId === sandbox.id);
  for (const spec of pod.spec.initContainers ?? []) {
    const newest = newestOf(containers, spec.name);
    if (isSidecar(spec)) {
      const runs = keepRunning(draft, spec, sandbox);
      const started = newest !== undefined && (world.health(newest.id)?.started ?? true);
      if (!begun && !(runs && started)) return false;
      continue;
    }
    if (begun || (newest?.sandboxId === sandbox.id && newest.state === 'exited' && newest.exitCode === 0)) continue;
    if (newest?.sandboxId === sandbox.id && hasEnded(pod, spec, newest)) return false;
    keepRunning(draft, spec, sandbox);
    return false;
  }
  return true;
};

const readLastWords = (draft: Draft): void => {
  const { world, pod } = draft;
  for (const spec of containersOf(pod.spec)) {
    const newest = newestOf(world.seen(pod.metadata.uid).containers, spec.name);
    if (newest?.state !== 'exited' || newest.startedAt === undefined) continue;
    draft.did({ do: 'lastWords', pod, container: spec, id: newest.id, failed: newest.exitCode !== 0 });
  }
};

/** What other attempts left: ended, it is removed; running, which no plan asks for, it is ended. */
const clearOld = (draft: Draft, current: Sandbox): void => {
  const { world, pod } = draft;
  const { sandboxes, containers } = world.seen(pod.metadata.uid);
  for (const { name } of containersOf(pod.spec)) {
    const mine = containers.filter((one) => one.name === name);
    for (const { id, state } of mine.slice(0, -keptMax)) {
      if (state === 'exited') draft.did({ do: 'removeContainer', pod, id });
    }
    for (const { id, state } of mine.slice(0, -1)) {
      const why = `Container ${name} has a newer run`;
      if (state === 'running') stopNow(draft, id, why);
    }
  }
  for (const { id, state } of sandboxes) {
    if (id === current.id) continue;
    if (state === 'running') draft.did({ do: 'stopSandbox', pod, id });
    else if (!containers.some((one) => one.sandboxId === id)) draft.did({ do: 'removeSandbox', pod, id });
  }
};

/** The pod has ended: what still runs beside it ends too, its address is given back, its containers stay to be read. */
const windUp = (draft: Draft): void => {
  const { world, pod } = draft;
  const { sandboxes, containers } = world.seen(pod.metadata.uid);
  const running = containers.filter(({ state }) => state === 'running');
  const grace = pod.spec.terminationGracePeriodSeconds ?? 30;
  for (const { id, name } of running) {
    const container = containersOf(pod.spec).find((spec) => spec.name === name);
    const why = `Stopping container ${name}`;
    draft.did({ do: 'stop', pod, container, id, grace, graceMs: grace * 1_000, hook: true, why });
  }
  if (running.length > 0) return;
  for (const { id, state } of sandboxes) {
    if (state === 'running') draft.did({ do: 'stopSandbox', pod, id });
  }
};

/** What it takes to have the pod run as ordered. */
export const planRun = (draft: Draft): void => {
  const { world, pod } = draft;
  readLastWords(draft);
  if (outcomeOf(pod, world.seen(pod.metadata.uid).containers, toldOf(world, pod))) return windUp(draft);
  if (!draft.did({ do: 'volumes', pod })) return;
  const sandbox = needSandbox(draft);
  if (!sandbox) return;
  if (runInit(draft, sandbox)) {
    for (const spec of [...pod.spec.containers, ...(pod.spec.ephemeralContainers ?? [])]) {
      if (!hasEnded(pod, spec, newestOf(world.seen(pod.metadata.uid).containers, spec.name)))
        keepRunning(draft, spec, sandbox);
    }
  }
  clearOld(draft, sandbox);
  refreshVolumes(draft);
};

/** Whether a volume of the pod shows an object that may change, or a token that ends. */
const followsObjects = ({ spec }: PodOf): boolean =>
  (spec.volumes ?? []).some(
    ({ configMap, secret, projected, downwardAPI }) => configMap ?? secret ?? projected ?? downwardAPI,
  );

const refreshVolumes = ({ world, pod, now, steps, recheck }: Draft): void => {
  if (!followsObjects(pod)) return;
  const deeds = world.deeds(pod.metadata.uid);
  const last = deeds.get('refresh') ?? deeds.get('volumes');
  const next = (last?.at ?? now) + refreshMs;
  if (last?.state !== 'underWay' && next <= now) steps.push({ do: 'refresh', pod });
  else recheck(next);
};
