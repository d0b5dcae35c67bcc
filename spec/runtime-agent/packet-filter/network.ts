import { execFileSync } from 'node:child_process';

/** A network namespace of its own, with nothing in it but what a spec puts there. */
export interface Network {
  readonly name: string;
  /** Puts a program into it: `nsenter --net=…`. */
  readonly prefix: readonly string[];
  /** Runs a program in it and answers what it prints; throws when it fails. */
  run(...argv: string[]): string;
  /** The same with text on its standard input. */
  feed(input: string, ...argv: string[]): string;
  /** Ends it, and with it all cables, routes and rules inside. */
  remove(): void;
}

export const isRoot = process.getuid?.() === 0;

let count = 0;

/** Needs root. Names are unique to this process, and the machine's own namespace is left alone. */
export const openNetwork = (): Network => {
  const name = `reckon-spec-${process.pid}-${++count}`;
  execFileSync('ip', ['netns', 'add', name]);
  const prefix = ['nsenter', `--net=/run/netns/${name}`];
  const feed = (input: string, ...argv: string[]) => {
    const [file = '', ...args] = [...prefix, ...argv];
    return execFileSync(file, args, { encoding: 'utf8', input, maxBuffer: 2 ** 28, stdio: ['pipe', 'pipe', 'pipe'] });
  };
  return {
    name,
    prefix,
    feed,
    run: (...argv) => feed('', ...argv),
    remove: () => execFileSync('ip', ['netns', 'del', name]),
  };
};

/** Gives a network the bridge of a node: `reckon0` at 10.244.1.1. */
export const addBridge = ({ run }: Network): void => {
  run('ip', 'link', 'set', 'lo', 'up');
  run('ip', 'link', 'add', 'reckon0', 'type', 'bridge');
  run('ip', 'addr', 'add', '10.244.1.1/24', 'dev', 'reckon0');
  run('ip', 'link', 'set', 'reckon0', 'up');
};
