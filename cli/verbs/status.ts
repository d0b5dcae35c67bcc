import type { Command } from 'commander';
import { bodyOf, clientFor } from '../client.ts';
import { adminAccess } from '../credentials.ts';
import { type Terminal, UserError } from '../output.ts';
import { dataDefault, placesIn } from '../places.ts';
import { isOurs, readRunning } from '../running.ts';

interface NodeList {
  readonly items: readonly {
    readonly metadata: { readonly name: string };
    readonly status?: {
      readonly conditions?: readonly { readonly type: string; readonly status: string; readonly message?: string }[];
    };
  }[];
}

/** `reckon status`: what runs on this machine and how it is. */
export const addStatus = (program: Command, terminal: Terminal): void => {
  program
    .command('status')
    .summary('show how the cluster on this machine is')
    .description(
      'Shows the processes, the API server and the nodes of the cluster on this machine. Ends with 1 when something is wrong.',
    )
    .option('--data <dir>', 'the folder of the cluster', dataDefault())
    .addHelpText('after', '\nExamples:\n  reckon status                  the processes, the API server, the nodes\n')
    .action(async ({ data }: { readonly data: string }) => {
      const places = placesIn(data);
      const cluster = await readRunning(places);
      if (!cluster) throw new UserError(`No cluster was started from ${places.data}. Start one with "reckon up"`);
      let wrong = 0;
      const line = (name: string, fine: boolean, text: string) => {
        if (!fine) wrong++;
        terminal.out(`${name.padEnd(24)}${fine ? 'ok' : 'NOT OK'}  ${text}\n`);
      };
      for (const process of cluster.processes) {
        const alive = await isOurs(process);
        line(
          process.what,
          alive,
          alive
            ? `pid ${process.pid}`
            : `pid ${process.pid} is gone; its last words are in ${places.output(process.what)}`,
        );
      }
      const client = clientFor(await adminAccess(places, cluster.port));
      const ready = await client.ask({ path: '/readyz?verbose', timeoutMs: 5_000 }).catch((error: Error) => error);
      const fine = !(ready instanceof Error) && ready.code === 200;
      line(
        'API server',
        fine,
        fine ? client.access.server : ready instanceof Error ? ready.message : ready.body.trim(),
      );
      if (fine) {
        const { items } = bodyOf(await client.ask({ path: '/api/v1/nodes' })) as NodeList; // a NodeList
        for (const { metadata, status } of items) {
          const condition = status?.conditions?.find(({ type }) => type === 'Ready');
          line(`node ${metadata.name}`, condition?.status === 'True', condition?.message ?? 'has not reported yet');
        }
      }
      client.close();
      if (wrong > 0) process.exitCode = 1;
    });
};
