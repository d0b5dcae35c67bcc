import type { Command } from 'commander';
import { realClock } from '../../events/clock.ts';
import { deployDemo } from '../demo.ts';
import { addToKubeconfig, kubeconfigPath, removeFromKubeconfig } from '../kubeconfig.ts';
import type { Terminal } from '../output.ts';
import { dataDefault, placesIn } from '../places.ts';
import { makeReady } from '../prerequisites/make-ready.ts';
import { forgetRunning, stopProcess } from '../running.ts';
import { startCluster } from '../start-cluster.ts';
import { untilTold } from '../until-told.ts';
import { nodeName } from '../wire-agent.ts';

interface Options {
  readonly detach?: boolean;
  readonly data: string;
  readonly port: string;
  readonly kubeconfig?: string;
  readonly simulate?: boolean;
  readonly nodes: string;
  readonly demo?: boolean;
  readonly yes?: boolean;
  readonly docker: string;
}

/** The context, cluster and user that `up` writes into a kubeconfig. */
export const contextName = 'reckon';

const examples = `
Examples:
  reckon up                        a cluster on this machine; Ctrl-C stops it, pods go on
  reckon up -d                     the same in the background; "reckon down" stops it
  reckon up --demo                 with an example application, and the address it answers on
  reckon up --simulate --nodes 50  50 nodes that run nothing, to try schedules and rollouts
`;

const nextSteps = (detached: boolean) => `
Try:
  kubectl get nodes
  kubectl apply -f examples/web.yaml
  npx reckon history deploy/web
${detached ? 'Stop it with:\n  npx reckon down\n' : 'Ctrl-C stops it; pods go on running.\n'}`;

/** `reckon up`: control plane and agent on this machine. */
export const addUp = (program: Command, terminal: Terminal): void => {
  program
    .command('up')
    .summary('start a cluster on this machine')
    .description(
      'Starts the control plane and an agent on this machine, and writes how to reach it into your kubeconfig.',
    )
    .option('-d, --detach', 'return once the node is Ready; the cluster goes on')
    .option('--data <dir>', 'where the cluster keeps its log and certificates', dataDefault())
    .option('--port <n>', 'port of the API server', '6443')
    .option('--kubeconfig <file>', 'the kubeconfig to write to (default: your own)')
    .option('--simulate', 'nodes that run nothing, in place of Docker on this machine')
    .option('--nodes <n>', 'how many of them', '1')
    .option('--demo', 'deploy an example, and print where it answers')
    .option('-y, --yes', 'install what is missing without asking')
    .option('--docker <socket>', "Docker's socket", '/var/run/docker.sock')
    .addHelpText('after', examples)
    .action(async (options: Options) => {
      const { data, detach = false, simulate = false } = options;
      const places = placesIn(data);
      const say = (text: string) => terminal.err(`• ${text}\n`);
      if (!simulate) await makeReady({ yes: options.yes ?? false, dockerSocket: options.docker, terminal });

      const kubeconfig = kubeconfigPath(options.kubeconfig, process.env);
      const nodes = simulate
        ? Array.from({ length: Number(options.nodes) }, (_, i) => `simulated-${i + 1}`)
        : [nodeName()];
      const { client, cluster, broken } = await startCluster({
        places,
        port: Number(options.port),
        nodes,
        simulated: simulate,
        dockerSocket: options.docker,
        kubeconfig,
        progress: say,
      });
      const { server, ca = '', certificate = '', key = '' } = client.access;
      const access = { name: contextName, server, authority: ca, client: { certificate, key } };
      await addToKubeconfig(kubeconfig, access, realClock);

      const what = simulate ? `${nodes.length} SIMULATED nodes, which run nothing` : `node ${nodes[0]}`;
      terminal.err(`\nReckon is up: ${server}, ${what}. Context "${contextName}" is in ${kubeconfig}.\n`);
      if (options.demo) await deployDemo(client, terminal);
      terminal.err(nextSteps(detach));
      client.close();
      if (detach) return;

      const end = await Promise.race([untilTold(), broken]);
      await Promise.all([...cluster.processes].reverse().map(stopProcess));
      await removeFromKubeconfig(kubeconfig, contextName, realClock);
      await forgetRunning(places);
      if (end instanceof Error) throw end;
      terminal.err(
        '\nStopped. Pods go on running; "reckon up" takes them up again, "reckon down --pods" removes them.\n',
      );
    });
};
