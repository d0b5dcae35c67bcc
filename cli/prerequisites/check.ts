import type { Facts } from './facts.ts';

/** What sets a thing right without anyone's help: Debian's packages, or starting Docker. */
export type Repair = { readonly packages: readonly string[] } | { readonly start: 'docker' };

/** One thing that a node needs. */
export interface Check {
  readonly name: string;
  /** `missing`: nothing can start without it. `warning`: it starts, and something will not be as it should. */
  readonly state: 'ok' | 'missing' | 'warning';
  /** What was found, for people. */
  readonly found: string;
  /** What it is needed for. */
  readonly why: string;
  /** Present when it can be set right from here, by root. */
  readonly repair?: Repair;
  /** What to do by hand where there is no repair, or it cannot be done; a command or a sentence. Empty when all is well. */
  readonly advice: string;
}

export type Needs = Pick<Check, 'name' | 'why'>;

export const fine = (needs: Needs, found: string): Check => ({ ...needs, state: 'ok', found, advice: '' });

export const missing = (needs: Needs, found: string, advice: string, repair?: Repair): Check => ({
  ...needs,
  state: 'missing',
  found,
  advice,
  ...(repair ? { repair } : {}),
});

export const doubtful = (needs: Needs, found: string, advice: string): Check => ({
  ...needs,
  state: 'warning',
  found,
  advice,
});

/** Whether packages can be installed as on Debian. */
export const isDebian = ({ distributions }: Facts): boolean =>
  distributions.includes('debian') || distributions.includes('ubuntu');

/** The command that starts Docker for good; undefined where no init system runs. */
export const startCommand = ({ init }: Facts): readonly string[] | undefined => {
  if (init === 'systemd') return ['systemctl', 'enable', '--now', 'docker'];
  return init === 'sysv' ? ['service', 'docker', 'start'] : undefined;
};
