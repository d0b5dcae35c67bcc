import type { Command } from 'commander';
import { agentCredential } from '../credentials.ts';
import { loggerFor } from '../output.ts';
import { dataDefault, placesIn } from '../places.ts';
import { untilTold } from '../until-told.ts';
import { wireAgent, wireSimulatedAgents } from '../wire-agent.ts';

interface Options {
  readonly data: string;
  readonly server: string;
  readonly node: readonly string[];
  readonly docker: string;
  readonly simulate?: boolean;
}

const examples = `
Examples:
  reckon agent --data ./data --server https://127.0.0.1:7443 --node node-1
  reckon agent --simulate --node simulated-1 simulated-2
`;

/** `reckon agent`: this machine as a node, until it is told to end. What runs on it goes on running. */
export const addAgent = (program: Command): void => {
  program
    .command('agent')
    .summary('run this machine as a node, in this terminal')
    .description('Runs pods on this machine as the control plane orders. Ending it leaves the pods running.')
    .option('--data <dir>', 'where the credentials and volumes are', dataDefault())
    .option('--server <url>', 'the control plane', 'https://127.0.0.1:6443')
    .requiredOption('--node <name...>', 'its name; several only with --simulate')
    .option('--docker <socket>', "Docker's socket", '/var/run/docker.sock')
    .option('--simulate', 'nodes that run nothing, for trying things out')
    .addHelpText('after', examples)
    .action(async ({ data, server, node, docker, simulate }: Options) => {
      const log = loggerFor('agent');
      const places = placesIn(data);
      const links = await Promise.all(
        node.map(async (name) => ({ server, node: name, ...(await agentCredential(places, name)) })),
      );
      const [link] = links;
      if (!link) throw new Error('commander requires --node');
      const agents = simulate
        ? await wireSimulatedAgents({ links, places, log })
        : [await wireAgent({ link, root: places.agent(link.node), dockerSocket: docker, log })];
      log.info(`told to end by ${await untilTold()}`);
      await Promise.all(agents.map((agent) => agent.stop()));
    });
};
