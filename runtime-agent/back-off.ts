/** Pauses between starts of a container that keeps ending: none, 10 s, 20 s, … 5 min (the kubelet's figures). */
const crashMs = 10_000;
const crashMsMax = 300_000;
/** A run this long is no crash: the pauses begin anew. */
export const healthyRunMs = 600_000;

/** How long to wait before a start, `crashes` counting the short runs in a row before it. */
export const crashBackoffMs = (crashes: number): number =>
  crashes <= 1 ? 0 : Math.min(crashMs * 2 ** Math.min(crashes - 2, 20), crashMsMax);

const retryMs = 1_000;
const pullMs = 10_000;
const pullMsMax = 300_000;

/** How long to wait before a deed is tried again after so many failures in a row. Pulls wait as the kubelet's do. */
export const retryBackoffMs = (deed: string, failures: number): number =>
  deed.startsWith('pull/')
    ? Math.min(pullMs * 2 ** Math.min(failures - 1, 20), pullMsMax)
    : Math.min(retryMs * 2 ** Math.min(failures - 1, 20), 60_000);
