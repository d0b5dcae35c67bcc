import type { ContainerInspectInfo } from 'dockerode';
import type { Container, LifeState, Sandbox } from '../container.ts';
import { fromLabels } from './labels.ts';

/** Docker's "never" is the year 1. */
const timeOf = (text: string): number | undefined => (text.startsWith('0001-') ? undefined : Date.parse(text));

/** A container that could not be started stays `created` for Docker, with an exit code; a paused one is running still. */
const stateOf = ({ Status, ExitCode, Error }: ContainerInspectInfo['State']): LifeState => {
  if (Status === 'running' || Status === 'paused' || Status === 'restarting') return 'running';
  return Status === 'created' && ExitCode === 0 && !Error ? 'created' : 'exited';
};

/** Docker notes a start a moment late, so that a short life may seem to end before it began. */
const endOf = ({ StartedAt, FinishedAt }: ContainerInspectInfo['State'], createdAt: number): number =>
  Math.max(timeOf(FinishedAt) ?? createdAt, timeOf(StartedAt) ?? createdAt);

const toContainer = (info: ContainerInspectInfo, name: string, sandboxId: string): Container => {
  const { pod, attempt, labels } = fromLabels(info.Config.Labels);
  const { State } = info;
  const state = stateOf(State);
  const createdAt = Date.parse(info.Created);
  const startedAt = timeOf(State.StartedAt);
  return {
    id: info.Id,
    sandboxId,
    pod,
    name,
    attempt,
    state,
    image: info.Config.Image,
    imageId: info.Image,
    createdAt,
    ...(startedAt === undefined ? {} : { startedAt }),
    ...(state === 'exited' ? { exitCode: State.ExitCode, finishedAt: endOf(State, createdAt) } : {}),
    oomKilled: State.OOMKilled,
    ...(State.Error ? { error: State.Error } : {}),
    ...(state === 'running' ? { pid: State.Pid } : {}),
    labels,
  };
};

const toSandbox = (info: ContainerInspectInfo): Sandbox => {
  const { pod, attempt, labels } = fromLabels(info.Config.Labels);
  const state = stateOf(info.State);
  const ip = Object.values(info.NetworkSettings.Networks).find(({ IPAddress }) => IPAddress)?.IPAddress;
  return {
    id: info.Id,
    pod,
    attempt,
    state,
    ...(ip && state === 'running' ? { ip } : {}),
    network: info.HostConfig.NetworkMode === 'host' ? 'node' : 'pod',
    createdAt: Date.parse(info.Created),
    labels,
  };
};

/** What Docker says of a container of ours. */
export const inspected = (
  info: ContainerInspectInfo,
): { readonly sandbox: Sandbox } | { readonly container: Container } => {
  const { container } = fromLabels(info.Config.Labels);
  return container
    ? { container: toContainer(info, container.name, container.sandboxId) }
    : { sandbox: toSandbox(info) };
};
