import type { Clock } from '../../events/clock.ts';
import { RuntimeFailure, type RuntimeFailureKind } from '../runtime.ts';

/** How long Docker may take to answer, beyond what a call asks it to wait for. As the kubelet's. */
const answerMsMax = 120_000;

/** What dockerode throws: an answer of Docker with a status, or an error of the socket with a code. */
interface DockerodeError extends Error {
  readonly statusCode?: number;
  readonly code?: string;
  readonly json?: { readonly message?: string } | null;
}

const kindOf: Readonly<Record<number, RuntimeFailureKind>> = { 404: 'NotFound', 409: 'Conflict', 503: 'Unavailable' };

/** What Docker said, without dockerode's frame around it: `(HTTP code 404) no such container - ` and a space at the end. */
const saidBy = ({ json, message }: DockerodeError) =>
  json?.message ?? message.replace(/^\(HTTP code \d+\) [^-]*- /, '').trimEnd();

const failureOf = (error: unknown, socketPath: string): RuntimeFailure => {
  if (error instanceof RuntimeFailure) return error;
  if (!(error instanceof Error)) throw error;
  const { statusCode, code, message } = error as DockerodeError; // all its parts are optional
  if (statusCode) return new RuntimeFailure(kindOf[statusCode] ?? 'Refused', saidBy(error), error);
  if (!code) throw error; // not Docker's: a mistake of ours
  const hint = code === 'EACCES' ? '; run as root or join the group "docker"' : '';
  return new RuntimeFailure('Unavailable', `Docker does not answer at ${socketPath}: ${message}${hint}`, error);
};

/** Makes one call to Docker: an answer in time, or a {@link RuntimeFailure}. `waitMs` is how long the call itself asks Docker to wait. */
export type Call = <T>(ask: () => Promise<T>, waitMs?: number) => Promise<T>;

export const dockerCall =
  (socketPath: string, clock: Clock): Call =>
  async (ask, waitMs = 0) => {
    let timer: unknown;
    const late = new Promise<never>((_, reject) => {
      const text = `Docker does not answer at ${socketPath}: no answer within ${answerMsMax / 1000} s`;
      timer = clock.setTimeout(() => reject(new RuntimeFailure('Unavailable', text)), answerMsMax + waitMs);
    });
    try {
      return await Promise.race([ask(), late]);
    } catch (error) {
      throw failureOf(error, socketPath);
    } finally {
      clock.clearTimeout(timer);
    }
  };

/** Answers undefined instead when there is nothing of that name, or it has come about already. */
export const unless = async <T>(kinds: readonly RuntimeFailureKind[], answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof RuntimeFailure && kinds.includes(error.kind)) return undefined;
    throw error;
  }
};
