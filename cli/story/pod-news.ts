import type { Pod } from '../../kinds/pod.ts';
import type { Lived } from './lived.ts';

type Statuses = NonNullable<NonNullable<Pod['status']>['containerStatuses']>;
type Status = Statuses[number];

const allOf = (pod: Pod | undefined): Statuses => [
  ...(pod?.status?.initContainerStatuses ?? []),
  ...(pod?.status?.containerStatuses ?? []),
];

const endOf = (one: Status | undefined) => one?.state?.terminated ?? one?.lastState?.terminated;

/** Every container that starts waits so for a moment. */
const passing = new Set(['ContainerCreating', 'PodInitializing']);

const endText = (name: string, { exitCode, reason, signal }: NonNullable<ReturnType<typeof endOf>>): string => {
  if (exitCode === 0 && !signal) return `finished container ${name}`;
  const how = signal ? `signal ${signal}` : `exit code ${exitCode}`;
  return `lost container ${name} (${reason && reason !== 'Error' ? `${how}, ${reason}` : how})`;
};

/** What became of one container between two reports. */
const containerNews = (then: Status | undefined, now: Status): readonly string[] => {
  const { name, state, restartCount } = now;
  const [known, ended] = [endOf(then), endOf(now)];
  const isNews = ended && (ended.containerID !== known?.containerID || ended.finishedAt !== known?.finishedAt);
  const waits = state?.waiting?.reason;
  return [
    ...(isNews ? [endText(name, ended)] : []),
    ...(state?.running && restartCount > (then?.restartCount ?? 0) ? [`started container ${name} again`] : []),
    ...(waits && !passing.has(waits) && waits !== then?.state?.waiting?.reason
      ? [`waits with container ${name}: ${waits}`]
      : []),
  ];
};

const readyOf = (pod: Pod | undefined): boolean =>
  pod?.status?.conditions?.some(({ type, status }) => type === 'Ready' && status === 'True') ?? false;

/** What a report says of a pod that it did not say before, as a predicate; undefined when that is nothing. */
export const podNews = (lived: Lived): string | undefined => {
  const [before, after] = [lived.before as Pod | undefined, lived.after as Pod | undefined]; // pods
  if (!after) return undefined;
  const { phase = '', reason, message } = after.status ?? {};
  const why = reason ? ` (${reason}${message ? `: ${message}` : ''})` : '';
  const then = new Map(allOf(before).map((one) => [one.name, one]));
  const news = [
    ...allOf(after).flatMap((one) => containerNews(then.get(one.name), one)),
    ...(phase === (before?.status?.phase ?? '') ? [] : [`became ${phase}${why}`]),
    ...(readyOf(after) && !readyOf(before) ? ['became ready'] : []),
    ...(!readyOf(after) && readyOf(before) ? ['was ready no more'] : []),
  ];
  return news.length === 0 ? undefined : news.join(', ');
};
