import { flushCompileCache } from 'node:module';
import type { Command } from 'commander';
import { issueCredentials } from '../credentials.ts';
import { loggerFor } from '../output.ts';
import { dataDefault, placesIn } from '../places.ts';
import { untilTold } from '../until-told.ts';
import { wireServer } from '../wire-server.ts';

interface Options {
  readonly data: string;
  readonly host: string;
  readonly port: string;
  readonly agent: readonly string[];
}

const examples = `
Examples:
  reckon server --data ./data --port 7443 --agent node-1
`;

/** `reckon server`: the control plane, until it is told to end. */
export const addServer = (program: Command): void => {
  program
    .command('server')
    .summary('run the control plane in this terminal')
    .description('Runs the control plane until it is told to end. "reckon up" starts one with everything around it.')
    .option('--data <dir>', 'where it keeps its log, orders and certificates', dataDefault())
    .option('--host <address>', 'the address it listens on', '0.0.0.0')
    .option('--port <n>', 'the port it listens on; 0 takes a free one', '6443')
    .option('--agent <node...>', 'nodes to issue an agent credential for', [])
    .addHelpText('after', examples)
    .action(async ({ data, host, port, agent }: Options) => {
      const log = loggerFor('server');
      const places = placesIn(data);
      const server = await wireServer({ places, host, port: Number(port), log });
      await issueCredentials(server.authority, agent);
      log.info({ port: server.port }, 'serving');
      flushCompileCache(); // also for the start after a kill
      log.info(`told to end by ${await untilTold()}`);
      await server.stop();
    });
};
