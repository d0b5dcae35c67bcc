import { type Check, isDebian, startCommand } from './check.ts';
import type { Facts } from './facts.ts';

/** One thing to do, as root. */
export type Step =
  | { readonly do: 'install'; readonly packages: readonly string[] }
  | { readonly do: 'run'; readonly command: readonly string[] }
  /** No init system runs here: dockerd is started by us. */
  | { readonly do: 'dockerd' };

/** What is to be done about what is missing. */
export interface Plan {
  /** In their order; empty when nothing can be done from here. */
  readonly steps: readonly Step[];
  /** What stays missing after all steps: only people can help. */
  readonly left: readonly Check[];
}

const isMissing = ({ state }: Check) => state === 'missing';

const repairable = (facts: Facts, { repair }: Check): boolean =>
  facts.root && repair !== undefined && (!('packages' in repair) || isDebian(facts));

/** Packages first, all at once; then Docker, which may have come with them. */
export const planFor = (facts: Facts, checks: readonly Check[]): Plan => {
  const lacking = checks.filter(isMissing);
  const repairs = lacking.filter((check) => repairable(facts, check)).flatMap(({ repair }) => repair ?? []);
  const packages = [...new Set(repairs.flatMap((repair) => ('packages' in repair ? repair.packages : [])))];
  const command = startCommand(facts);
  const start: Step = command ? { do: 'run', command } : { do: 'dockerd' };
  return {
    steps: [
      ...(packages.length > 0 ? [{ do: 'install', packages } as const] : []),
      ...(repairs.some((repair) => 'start' in repair) ? [start] : []),
    ],
    left: lacking.filter((check) => !repairable(facts, check)),
  };
};

const installCommand = 'apt-get install --yes --no-install-recommends';

/** The exact commands that set everything right by hand, and sentences where no command does; each once. */
export const remedies = (facts: Facts, checks: readonly Check[]): readonly string[] => {
  const lacking = checks.filter(isMissing);
  const sudo = facts.root ? '' : 'sudo ';
  const packages = isDebian(facts)
    ? [...new Set(lacking.flatMap(({ repair }) => (repair && 'packages' in repair ? repair.packages : [])))]
    : [];
  const rest = lacking.filter(({ repair }) => packages.length === 0 || !(repair && 'packages' in repair));
  return [
    ...(packages.length > 0 ? [`Run: ${sudo}apt-get update && ${sudo}${installCommand} ${packages.join(' ')}`] : []),
    ...new Set(rest.map(({ advice }) => advice.replace(/^Run: /, `Run: ${sudo}`))),
  ];
};
