import { readFile } from 'node:fs/promises';
import { parseAllDocuments } from 'yaml';
import { bodyOf, type Client } from './client.ts';
import { hostAddress } from './network.ts';
import { type Terminal, UserError } from './output.ts';
import { pause } from './pause.ts';

const example = new URL('../examples/web.yaml', import.meta.url);
const patienceMs = 120_000;
const lookMs = 200;

const pathOf: Readonly<Record<string, string>> = {
  Deployment: '/apis/apps/v1/namespaces/default/deployments',
  Service: '/api/v1/namespaces/default/services',
};

interface DeploymentView {
  readonly spec: { readonly replicas: number };
  readonly status?: { readonly availableReplicas?: number };
}
interface ServiceView {
  readonly spec: { readonly ports: readonly { readonly nodePort?: number }[] };
}

/** Deploys the example, unless it is there, waits until all of it serves, and prints the address it answers on. */
export const deployDemo = async (client: Client, terminal: Terminal): Promise<void> => {
  for (const document of parseAllDocuments(await readFile(example, 'utf8'))) {
    const object = document.toJS() as { readonly kind: string }; // our own example
    const path = pathOf[object.kind];
    if (!path) throw new Error(`Cannot deploy the example's ${object.kind}: the demo knows Deployment and Service`);
    const answer = await client.ask({
      method: 'POST',
      path,
      contentType: 'application/json',
      body: JSON.stringify(object),
    });
    if (answer.code !== 409) bodyOf(answer);
  }
  terminal.err('• waiting for the example to be available\n');
  for (let waited = 0; ; waited += lookMs) {
    const { spec, status } = bodyOf(await client.ask({ path: `${pathOf['Deployment']}/web` })) as DeploymentView;
    if ((status?.availableReplicas ?? 0) >= spec.replicas) break;
    if (waited > patienceMs)
      throw new UserError(
        'The example did not become available in time. Look at it with "kubectl get pods" and "kubectl describe pods"',
      );
    await pause(lookMs);
  }
  const service = bodyOf(await client.ask({ path: `${pathOf['Service']}/web` })) as ServiceView;
  terminal.err(`\nThe example answers on http://${hostAddress()}:${service.spec.ports[0]?.nodePort}/\n`);
};
