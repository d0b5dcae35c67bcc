import type { Command } from 'commander';
import type { Shell } from '../shell.ts';

/** Adds one verb to the program. */
export type AddVerb = (program: Command, shell: Shell) => void;

/**
 * Every verb, in the order in which help lists them. Each is loaded only when it is asked for: "get" needs nothing of what "server" needs.
 */
export const verbs: Readonly<Record<string, () => Promise<AddVerb>>> = {
  up: async () => {
    const { addUp } = await import('./up.ts');
    return (program, { terminal }) => addUp(program, terminal);
  },
  down: async () => {
    const { addDown } = await import('./down.ts');
    return (program, { terminal }) => addDown(program, terminal);
  },
  status: async () => {
    const { addStatus } = await import('./status.ts');
    return (program, { terminal }) => addStatus(program, terminal);
  },
  doctor: async () => (await import('./doctor.ts')).addDoctor,
  get: async () => (await import('./get.ts')).addGet,
  describe: async () => (await import('./describe.ts')).addDescribe,
  apply: async () => (await import('./apply.ts')).addApply,
  scale: async () => (await import('./scale.ts')).addScale,
  delete: async () => (await import('./delete.ts')).addDelete,
  history: async () => (await import('./history.ts')).addHistory,
  why: async () => (await import('./why.ts')).addWhy,
  logs: async () => (await import('./logs.ts')).addLogs,
  exec: async () => (await import('./exec.ts')).addExec,
  completion: async () => (await import('./completion.ts')).addCompletion,
  server: async () => {
    const { addServer } = await import('./server.ts');
    return (program) => addServer(program);
  },
  agent: async () => {
    const { addAgent } = await import('./agent.ts');
    return (program) => addAgent(program);
  },
};

/** Verbs that programs call, and help does not show. */
export const hiddenVerbs: typeof verbs = {
  complete: async () => (await import('./completion.ts')).addComplete,
};
