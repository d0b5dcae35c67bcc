import { difference } from './difference.ts';
import { dockerChain, dockerHook, hooks } from './frame.ts';
import { type Installed, parseInstalled } from './installed.ts';
import { PacketFilterUnavailable } from './packet-filter.ts';
import type { Ended, Run } from './program.ts';
import type { Ruleset } from './rule.ts';

/** `iptables` is the one this machine's administrator chose between the other two. */
export type IptablesProgram = 'iptables' | 'iptables-nft' | 'iptables-legacy';

/** How long to wait for another program that holds the lock of iptables-legacy. */
const lockWaitSeconds = '10';

const unavailable = (what: string, { stderr, code }: Ended, input = '') => {
  const line = /line:? (\d+)/.exec(stderr)?.[1];
  const quoted = line ? `\n  line ${line}: ${input.split('\n')[Number(line) - 1] ?? ''}` : '';
  const root = /permission denied|must be root/i.test(stderr) ? ' (run the agent as root)' : '';
  const install = code === 127 ? ' (on Debian and Ubuntu: apt-get install iptables)' : '';
  return new PacketFilterUnavailable(`Cannot ${what}: ${stderr.trim() || `exit ${code}`}${root}${install}${quoted}`);
};

/** What the kernel holds. Throws {@link PacketFilterUnavailable}. */
export const readTables = async (run: Run, program: IptablesProgram): Promise<Installed> => {
  const saved = await run([`${program}-save`]);
  if (saved.code !== 0) throw unavailable('read packet rules', saved);
  return parseInstalled(saved.stdout, dockerChain);
};

/** Leads from `installed` to `wanted`, all or nothing per table. Throws {@link PacketFilterUnavailable}. */
export const writeTables = async (run: Run, program: IptablesProgram, installed: Installed, wanted: Ruleset) => {
  const isEmpty = wanted.nat.size === 0;
  const leads = isEmpty ? [] : installed.hasDockerChain ? [...hooks, dockerHook] : hooks;
  const { text, chains } = difference(installed, wanted, leads);
  if (text !== '') {
    const restored = await run([`${program}-restore`, '-w', lockWaitSeconds, '--noflush'], text);
    if (restored.code !== 0) throw unavailable('write packet rules', restored, text);
  }
  const now: Installed = { ...wanted, hooks: leads, hasDockerChain: installed.hasDockerChain };
  return { now, chains };
};
