import { closeHost, type Host, openHost, prepareHost } from './host.ts';
import { type Installed, listInstalled } from './installed.ts';
import { type IptablesProgram, readTables, writeTables } from './iptables-tables.ts';
import { type Applied, type NodeRules, type PacketFilter, PacketFilterUnavailable } from './packet-filter.ts';
import { runBehind } from './program.ts';
import { frame, type Ruleset } from './rule.ts';
import { rulesInSlices } from './rules.ts';
import { type Spellings, spellingsOf, respelled } from './spellings.ts';
import { endStaleFlows, udpTargets } from './udp-flows.ts';

export interface IptablesOptions {
  /** What every program is run behind, such as `['nsenter', '--net=/run/netns/a']`; default: nothing. */
  readonly prefix?: readonly string[];
  readonly program?: IptablesProgram;
}

/** Runs each piece of work after the one before it, however that ended. */
const oneByOne = () => {
  let last: Promise<unknown> = Promise.resolve();
  return <T>(work: () => Promise<T>): Promise<T> => {
    const result = last.then(work, work);
    last = result;
    return result;
  };
};

/** The packet filter of a Linux node with iptables, over nftables or legacy. Needs root. */
export const iptablesPacketFilter = ({ prefix = [], program = 'iptables' }: IptablesOptions = {}): PacketFilter => {
  const run = runBehind(prefix);
  const inTurn = oneByOne();
  /** As last written; unknown at the start and after a failure. */
  let installed: Installed | undefined;
  let asked: NodeRules | undefined;
  let host: Host | undefined;
  let lacks: readonly string[] = [];
  let flowsAsked = '';
  let isFollowed = false;
  let spellings: Spellings = new Map();

  const write = async (from: Installed, wanted: Ruleset) => {
    installed = undefined;
    const { now, chains } = await writeTables(run, program, from, wanted);
    installed = now;
    return chains;
  };

  /** What we remember may be wrong by now; what was just read is not. */
  const bring = async (wanted: Ruleset) => {
    if (!installed) return write(await readTables(run, program), wanted);
    try {
      return await write(installed, wanted);
    } catch (error) {
      if (!(error instanceof PacketFilterUnavailable)) throw error;
      return write(await readTables(run, program), wanted);
    }
  };

  /** What follows once the rules are there: the node's own reach, and the flows that began under other rules. */
  const follow = async (node: NodeRules, { kernel, warnings }: Host) => {
    isFollowed = false;
    const targets = udpTargets(node);
    const flows = JSON.stringify([...targets]);
    const unended = flows === flowsAsked ? [] : await endStaleFlows(run, targets);
    flowsAsked = flows;
    lacks = [...warnings, ...(await openHost(run, node, kernel)), ...unended];
    isFollowed = true;
  };

  const apply = async (node: NodeRules): Promise<Applied> => {
    host ??= await prepareHost(run);
    const chains = await bring(await rulesInSlices(node, host.kernel));
    asked = node;
    if (!isFollowed || chains.length > 0) await follow(node, host);
    return { chains, warnings: lacks };
  };

  const repair = async (): Promise<Applied> => {
    if (!asked) return { chains: [], warnings: [] };
    host = await prepareHost(run);
    const wanted = await rulesInSlices(asked, host.kernel);
    const chains = await write(respelled(await readTables(run, program), wanted, spellings), wanted);
    if (chains.length > 0) spellings = spellingsOf(await readTables(run, program), wanted);
    await follow(asked, host);
    return { chains, warnings: lacks };
  };

  const clear = async () => {
    const nothing: Ruleset = { filter: new Map(), nat: new Map() };
    const found = await readTables(run, program);
    // First, because what keeps others from loopback addresses goes with the rules.
    if (found.filter.has(frame.input)) await closeHost(run);
    await write(found, nothing);
    [installed, asked, host, lacks, flowsAsked, spellings] = [undefined, undefined, undefined, [], '', new Map()];
    isFollowed = false;
  };

  return {
    apply: (rules) => inTurn(() => apply(rules)),
    repair: () => inTurn(repair),
    installed: () => inTurn(async () => listInstalled(await readTables(run, program))),
    clear: () => inTurn(clear),
  };
};
