import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where a cluster on this machine keeps its things. All paths are absolute. */
export interface Places {
  /** All of it: removing this folder removes the cluster's memory. */
  readonly data: string;
  readonly log: string;
  readonly orders: string;
  readonly authority: string;
  /** Folder of one node's agent. */
  agent(node: string): string;
  /** What `up` left running. */
  readonly running: string;
  /** Where a process started by `up -d` writes. */
  output(what: string): string;
}

/** Root's data lie where services' data lie, everyone else's at home. */
export const dataDefault = (): string => (process.getuid?.() === 0 ? '/var/lib/reckon' : join(homedir(), '.reckon'));

export const placesIn = (folder: string): Places => {
  const data = resolve(folder);
  return {
    data,
    log: join(data, 'log'),
    orders: join(data, 'orders'),
    authority: join(data, 'authority'),
    agent: (node) => join(data, 'agents', node),
    running: join(data, 'running.json'),
    output: (what) => join(data, 'output', `${what}.log`),
  };
};
