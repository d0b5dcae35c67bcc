import type { Runtime } from '../../runtime-agent/runtime.ts';

/** Calls that change something: between any two of them an agent may be killed. */
const deeds = [
  'runSandbox',
  'stopSandbox',
  'removeSandbox',
  'createContainer',
  'startContainer',
  'stopContainer',
  'removeContainer',
  'pullImage',
] as const;

export type Moment = 'before' | 'after';

/** A runtime as an agent sees it that may be killed at any moment. */
export interface MortalRuntime {
  readonly runtime: Runtime;
  /** Kills whoever uses the runtime before or after its next so-many-th deed; from then on it is answered no more. */
  dieAt(deed: number, moment: Moment): void;
  /** Resolves with the deed's name once it has died. */
  died(): Promise<string>;
  /** Another one uses the runtime from now on. */
  revive(): void;
}

const never = new Promise<never>(() => undefined);

/** Passes everything on to a runtime, until death. */
export const mortal = (runtime: Runtime): MortalRuntime => {
  let life = 0;
  let lost = -1;
  let left = Infinity;
  let when: Moment = 'before';
  let death = Promise.withResolvers<string>();

  const die = (name: string) => {
    lost = life;
    left = Infinity;
    death.resolve(name);
    return never;
  };
  const wrap =
    (name: (typeof deeds)[number]) =>
    async (...args: unknown[]): Promise<unknown> => {
      const mine = life;
      if (lost === mine) return never;
      const mortally = --left === 0;
      if (mortally && when === 'before') return die(name);
      const result = await (runtime[name] as (...given: unknown[]) => Promise<unknown>)(...args); // passed on as they came
      if (mortally) return die(name);
      return lost === mine || life !== mine ? never : result;
    };
  return {
    runtime: { ...runtime, ...Object.fromEntries(deeds.map((name) => [name, wrap(name)])) },
    dieAt: (deed, moment) => {
      left = deed;
      when = moment;
      death = Promise.withResolvers<string>();
    },
    died: () => death.promise,
    revive: () => {
      life++;
    },
  };
};
