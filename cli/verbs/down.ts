import type { Command } from 'commander';
import { realClock } from '../../events/clock.ts';
import { removeFromKubeconfig } from '../kubeconfig.ts';
import type { Terminal } from '../output.ts';
import { dataDefault, placesIn } from '../places.ts';
import { forgetRunning, readRunning, stopProcess } from '../running.ts';
import { contextName } from './up.ts';
import { clearNode } from '../wire-agent.ts';

interface Options {
  readonly data: string;
  readonly pods?: boolean;
  readonly docker: string;
}

/** `reckon down`: ends what `up` started. Pods go on running unless they are to go too. */
export const addDown = (program: Command, terminal: Terminal): void => {
  program
    .command('down')
    .summary('stop the cluster on this machine')
    .description('Stops the control plane and the agent. Pods go on running, and "reckon up" takes them up again.')
    .option('--data <dir>', 'the folder of the cluster', dataDefault())
    .option('--pods', 'remove the pods too, with their packet rules and bridge')
    .option('--docker <socket>', "Docker's socket", '/var/run/docker.sock')
    .addHelpText(
      'after',
      '\nExamples:\n  reckon down          stop it, leave pods running\n  reckon down --pods   stop it and remove every container, rule and bridge it made\n',
    )
    .action(async ({ data, pods, docker }: Options) => {
      const places = placesIn(data);
      const cluster = await readRunning(places);
      // The agent first: with the control plane gone it would only look for it.
      const processes = [...(cluster?.processes ?? [])].reverse();
      const stopped = await Promise.all(processes.map(stopProcess));
      if (cluster) await removeFromKubeconfig(cluster.kubeconfig, contextName, realClock);
      await forgetRunning(places);
      terminal.err(
        stopped.some(Boolean)
          ? 'The control plane and the agent are stopped.\n'
          : `Nothing was running from ${places.data}.\n`,
      );
      if (pods && !cluster?.simulated) {
        await clearNode({ places, dockerSocket: docker });
        terminal.err('Pods, packet rules and the bridge are removed.\n');
      } else if (cluster && !cluster.simulated) {
        terminal.err('Pods go on running; "reckon up" takes them up again, "reckon down --pods" removes them.\n');
      }
    });
};
