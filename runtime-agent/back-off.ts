import type { Container } from './container.ts';

/** Pauses between starts of a container that keeps ending: none, 10 s, 20 s, … 5 min (the kubelet's figures). */
const crashMs = 10_000;
const crashMsMax = 300_000;
/** A run this long is no crash: the pauses begin anew. */
const healthyRunMs = 600_000;

/** How long to wait before a start, `crashes` counting the short runs in a row before it. */
export const crashBackoffMs = (crashes: number): number =>
  crashes <= 1 ? 0 : Math.min(crashMs * 2 ** Math.min(crashes - 2, 20), crashMsMax);

/** A container's label: how many short runs in a row came before it. */
export const crashesLabel = 'crashes';

/** Runs in a row that were short, up to this one, which has exited; a long one counts as the first. */
export const crashesUpTo = ({ createdAt, startedAt, finishedAt, labels }: Container): number => {
  const ranMs = startedAt === undefined ? 0 : (finishedAt ?? createdAt) - startedAt;
  return ranMs >= healthyRunMs ? 1 : Number(labels[crashesLabel] ?? 0) + 1;
};

const retryMs = 1_000;
const retryMsMax = 60_000;
const pullMs = 10_000;
const pullMsMax = 300_000;

/** How long to wait before a deed is tried again after so many failures in a row, one at least. Pulls wait as the kubelet's do. */
export const retryBackoffMs = (deed: string, failures: number): number => {
  const [first, max] = deed.startsWith('pull/') ? [pullMs, pullMsMax] : [retryMs, retryMsMax];
  return Math.min(first * 2 ** Math.min(failures - 1, 20), max);
};
