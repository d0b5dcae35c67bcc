import { type Check, doubtful, fine, missing, startCommand } from './check.ts';
import type { Facts } from './facts.ts';

/** Docker 20.10: the first whose API has all that the agent asks for. */
const apiMin = 41;
export const dockerSocketDefault = '/var/run/docker.sock';
/** Where a dockerd that we start writes to: Debian's own place. */
export const dockerLog = '/var/log/docker.log';

const engineCheck = ({ programs, docker }: Facts): Check => {
  const needs = { name: 'Docker Engine', why: 'runs the containers of pods' };
  if (programs.dockerd !== undefined) return fine(needs, programs.dockerd);
  if (docker.version !== undefined) return fine(needs, `answers at ${docker.socket}`);
  return missing(needs, 'not found', 'Install Docker Engine: https://docs.docker.com/engine/install/', {
    packages: ['docker.io'],
  });
};

const silence: Readonly<Record<string, string>> = {
  ENOENT: 'not running',
  ECONNREFUSED: 'not running',
  EACCES: 'running, but not for this user',
};

const startAdvice = (facts: Facts): string =>
  `Run: ${startCommand(facts)?.join(' ') ?? `dockerd --live-restore >>${dockerLog} 2>&1 &`}`;

const runningCheck = (facts: Facts): Check => {
  const { socket, version, apiVersion, silent } = facts.docker;
  const needs = { name: 'Docker, running', why: 'the agent talks to its API' };
  if (version !== undefined) {
    const minor = Number(apiVersion?.split('.')[1]);
    return minor >= apiMin
      ? fine(needs, `${version}, API ${apiVersion}, ${socket}`)
      : missing(needs, `${version} with API ${apiVersion}, older than 1.${apiMin}`, 'Install Docker 20.10 or later');
  }
  const found = `${silence[silent ?? ''] ?? silent}: ${socket}`;
  if (silent === 'EACCES') return missing(needs, found, 'Run the same command with sudo');
  return socket === dockerSocketDefault
    ? missing(needs, found, startAdvice(facts), { start: 'docker' })
    : missing(needs, found, `Start the Docker that listens on ${socket}, or name another with --docker`);
};

const liveRestoreCheck = ({ docker }: Facts): readonly Check[] => {
  if (docker.liveRestore === undefined) return [];
  const needs = { name: 'Docker, live-restore', why: 'containers live on while Docker restarts' };
  return [
    docker.liveRestore
      ? fine(needs, 'on')
      : doubtful(needs, 'off', 'Put "live-restore": true into /etc/docker/daemon.json, then: systemctl reload docker'),
  ];
};

/** What concerns Docker; `daemon` false leaves out whether it runs. */
export const dockerChecks = (facts: Facts, daemon: boolean): readonly Check[] =>
  daemon ? [engineCheck(facts), runningCheck(facts), ...liveRestoreCheck(facts)] : [engineCheck(facts)];
