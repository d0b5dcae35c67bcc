import type { Kernel } from './frame.ts';
import { hooks } from './frame.ts';
import { listInstalled, nothingInstalled } from './installed.ts';
import { difference } from './difference.ts';
import type { NodeRules, PacketFilter } from './packet-filter.ts';
import { rulesOf } from './rules.ts';

export interface NoPacketFilter extends PacketFilter {
  /** What was last asked; undefined before that and after a clear. */
  asked(): NodeRules | undefined;
}

const kernel: Kernel = { seesBridgedPackets: true };

/** Installs nothing and remembers what it was asked: for simulated nodes, and for nodes whose rules someone else makes. */
export const noPacketFilter = (): NoPacketFilter => {
  let installed = nothingInstalled;
  let asked: NodeRules | undefined;
  return {
    asked: () => asked,
    apply: async (node) => {
      const wanted = rulesOf(node, kernel);
      const { chains } = difference(installed, wanted, hooks);
      asked = node;
      installed = { ...wanted, hooks, hasDockerChain: false };
      return { chains, warnings: [] };
    },
    repair: async () => ({ chains: [], warnings: [] }),
    installed: async () => listInstalled(installed),
    clear: async () => {
      [installed, asked] = [nothingInstalled, undefined];
    },
  };
};
