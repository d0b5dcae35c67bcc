import type { Command } from 'commander';
import { type AskedCluster, findAccess } from './access.ts';
import { type Client, clientFor } from './client.ts';
import type { Shell } from './shell.ts';

/** Adds the options that say which cluster and which namespace are meant. */
export const addClusterOptions = (command: Command): Command =>
  command
    .option('-n, --namespace <name>', "the namespace (default: the context's)")
    .option('--context <name>', 'the context of the kubeconfig (default: the current one)')
    .option('--kubeconfig <file>', 'the kubeconfig (default: $KUBECONFIG, or ~/.kube/config)');

/** Runs `work` with a client of the cluster that is meant, and lets go of its connections. */
export const withClient = async <T>(
  { env }: Shell,
  asked: AskedCluster,
  work: (client: Client) => Promise<T>,
): Promise<T> => {
  const client = clientFor(await findAccess(asked, env));
  try {
    return await work(client);
  } finally {
    client.close();
  }
};
