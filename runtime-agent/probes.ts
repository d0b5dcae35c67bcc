import type { Clock } from '../events/clock.ts';
import type { Container as ContainerSpec, Probe } from '../kinds/schema/api/core-v1.ts';
import type { Check, Place } from './check.ts';
import type { Container, Sandbox } from './container.ts';
import type { Health, NodeProjection } from './node-world.ts';
import type { TellUsers } from './notes.ts';
import { containersOf, type PodOf } from './pod.ts';

/** What probing is done with. */
export interface ProbeTools {
  readonly projection: NodeProjection;
  readonly check: Check;
  readonly clock: Clock;
  readonly tell: TellUsers;
}

/** Probes of one container, until stopped. */
interface Round {
  /** The pod is to stop: whether it is ready is still asked, for traffic may need it to the last; whether it lives is not. */
  wane(): void;
  stop(): void;
}

/** Where a probe goes, and since when it may. */
interface ProbedPlace extends Place {
  readonly startedAt: number;
}

type Sort = 'startup' | 'liveness' | 'readiness';
const wordOf = { startup: 'Startup', liveness: 'Liveness', readiness: 'Readiness' } as const;

/** Runs one probe at its period and tells each change of mind: `true` after enough successes, `false` after enough failures. */
const runProbe = (
  tools: ProbeTools,
  sort: Sort,
  probe: Probe,
  pod: PodOf,
  place: ProbedPlace,
  decided: (ok: boolean, text: string) => void,
): Round => {
  const { clock, check, tell } = tools;
  const {
    initialDelaySeconds = 0,
    periodSeconds = 10,
    timeoutSeconds = 1,
    successThreshold = 1,
    failureThreshold = 3,
  } = probe;
  let timer: unknown;
  let stopped = false;
  let run = 0;
  let last: boolean | undefined;

  const turn = async () => {
    const { ok, text } = await check(probe, place, timeoutSeconds * 1_000);
    if (stopped) return;
    run = ok === last ? run + 1 : 1;
    last = ok;
    if (!ok) tell(pod, 'Warning', 'Unhealthy', `${wordOf[sort]} probe failed: ${text}`, place.container.name);
    if (run === (ok ? successThreshold : failureThreshold)) decided(ok, text);
    // What was decided may have been the end of it.
    if (!stopped) timer = clock.setTimeout(begin, periodSeconds * 1_000);
  };
  // A check never rejects, and what follows it is ours: a throw here is a broken expectation and must end the process.
  const begin = () => void turn();
  const firstAt = place.startedAt + initialDelaySeconds * 1_000;
  timer = clock.setTimeout(begin, Math.max(firstAt - clock.now(), 0));
  const stop = () => {
    stopped = true;
    clock.clearTimeout(timer);
  };
  return { stop, wane: () => sort === 'readiness' || stop() };
};

/** Startup first; liveness and readiness once it has succeeded. */
const probeContainer = (
  tools: ProbeTools,
  pod: PodOf,
  container: ContainerSpec,
  { id: containerId, startedAt, createdAt }: Container,
  sandbox: Sandbox,
): Round => {
  const { projection } = tools;
  const { startupProbe, livenessProbe, readinessProbe } = container;
  const ip = sandbox.ip ?? projection.world.hostIP;
  const place: ProbedPlace = { containerId, sandbox, ip, container, startedAt: startedAt ?? createdAt };
  const rounds: Round[] = [];
  // What an agent before this one has reported of this very container holds until a probe says otherwise.
  const told = pod.status?.containerStatuses?.find(({ containerID }) => containerID?.endsWith(containerId));
  let health: Health = {
    started: !startupProbe || told?.started === true,
    ready: (!readinessProbe && !startupProbe) || told?.ready === true,
    alive: true,
    reason: '',
  };
  const set = (change: Partial<Health>) => {
    health = { ...health, ...change };
    projection.healthOf(pod.metadata.uid, containerId, health);
  };

  const begin = () => {
    if (livenessProbe) {
      rounds.push(
        runProbe(tools, 'liveness', livenessProbe, pod, place, (ok, text) =>
          set({ alive: ok, reason: ok ? '' : text }),
        ),
      );
    }
    if (readinessProbe)
      rounds.push(runProbe(tools, 'readiness', readinessProbe, pod, place, (ok) => set({ ready: ok })));
  };
  set({});
  if (startupProbe && !health.started) {
    const startup = runProbe(tools, 'startup', startupProbe, pod, place, (ok, text) => {
      if (ok && !health.started) {
        set({ started: true, ready: !readinessProbe });
        startup.stop();
        begin();
      }
      if (!ok) set({ alive: false, reason: text });
    });
    rounds.push(startup);
  } else begin();
  return {
    wane: () => rounds.forEach((round) => round.wane()),
    stop: () => rounds.forEach((round) => round.stop()),
  };
};

/** Probes every running container of ordered pods that asks for it; stops with the container. */
export const runProbes = (tools: ProbeTools): Pick<Round, 'stop'> => {
  const { projection } = tools;
  const rounds = new Map<string, { readonly uid: string; readonly round: Round }>();

  const follow = (uid: string) => {
    const { world } = projection;
    const order = world.order(uid);
    const { containers, sandboxes } = world.seen(uid);
    const running = new Map(
      containers.filter(({ state }) => state === 'running').map((one): [string, Container] => [one.id, one]),
    );
    for (const [id, { uid: of, round }] of rounds) {
      if (of !== uid) continue;
      if (running.has(id) && order?.type === 'RunPod') continue;
      if (running.has(id) && order?.type === 'StopPod') {
        round.wane();
        continue;
      }
      round.stop();
      rounds.delete(id);
      if (!running.has(id)) projection.healthOf(uid, id, undefined);
    }
    if (order?.type !== 'RunPod') return;
    const deeds = world.deeds(uid);
    for (const spec of containersOf(order.pod.spec)) {
      if (!(spec.startupProbe ?? spec.livenessProbe ?? spec.readinessProbe)) continue;
      for (const container of running.values()) {
        const { id, name, attempt, sandboxId } = container;
        const sandbox = sandboxes.find((one) => one.id === sandboxId);
        if (name !== spec.name || rounds.has(id) || !sandbox) continue;
        // Its postStart hook is still at work.
        if (deeds.get(`start/${name}/${attempt}`)?.state === 'underWay') continue;
        // Held before it begins: its first word touches this pod again.
        const still: Round = { wane: () => undefined, stop: () => undefined };
        rounds.set(id, { uid, round: still });
        const round = probeContainer(tools, order.pod, spec, container, sandbox);
        rounds.set(id, { uid, round });
      }
    }
  };

  const subscription = projection.changes.subscribe(({ uid }) => follow(uid));
  return {
    stop: () => {
      subscription.unsubscribe();
      for (const { round } of rounds.values()) round.stop();
      rounds.clear();
    },
  };
};
