import { bodyFrom } from './answers.ts';

export interface Calls {
  /** How often each version answered, as the example's images name it. */
  readonly answers: ReadonlyMap<string, number>;
  /** What went wrong, one text for each request that did. */
  readonly failures: readonly string[];
  /** Lets requests under way end, and makes no more. */
  stop(): Promise<void>;
}

/** So many callers, each asking again as soon as it has an answer, every time on a new connection. */
export const callConstantly = (url: string, callers: number): Calls => {
  const answers = new Map<string, number>();
  const failures: string[] = [];
  const state = { over: false };
  const call = async () => {
    while (!state.over) {
      try {
        const [, version = ''] = (await bodyFrom(url)).split(' ');
        answers.set(version, (answers.get(version) ?? 0) + 1);
      } catch (error) {
        failures.push(`${new Date().toISOString()} ${String(error)}`);
      }
    }
  };
  const calls = Array.from({ length: callers }, call);
  return {
    answers,
    failures,
    stop: async () => {
      state.over = true;
      await Promise.all(calls);
    },
  };
};
