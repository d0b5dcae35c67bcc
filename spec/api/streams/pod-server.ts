import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { adminIdentity, openAuthority } from '../../../api/auth/authority.ts';
import type { Upgrade } from '../../../api/streams/upgrade.ts';
import { kubeconfigOf } from '../../../cli/kubeconfig.ts';
import { realChance, realClock } from '../../../events/clock.ts';

const pod = {
  kind: 'Pod',
  apiVersion: 'v1',
  metadata: { name: 'web', namespace: 'default', uid: '1' },
  spec: { containers: [{ name: 'main', stdin: true, tty: true, ports: [{ containerPort: 80 }] }] },
  status: { phase: 'Running' },
};

const answers: Readonly<Record<string, object>> = {
  '/api': { kind: 'APIVersions', versions: ['v1'] },
  '/apis': { kind: 'APIGroupList', apiVersion: 'v1', groups: [] },
  '/api/v1': {
    kind: 'APIResourceList',
    groupVersion: 'v1',
    resources: [{ name: 'pods', singularName: 'pod', namespaced: true, kind: 'Pod', verbs: ['get', 'list'] }],
  },
  '/api/v1/namespaces/default/pods/web': pod,
};

export interface PodServer {
  /** A folder of this server's own, with the path of its kubeconfig. */
  readonly dir: string;
  readonly kubeconfig: string;
  /** What happens to the upgrade requests of the next clients. */
  onUpgrade: (upgrade: Upgrade, url: URL) => void;
  close(): Promise<void>;
}

const urlOf = (request: IncomingMessage) => new URL(request.url ?? '/', 'https://server');

/** A server that knows one running pod and just enough of the API that kubectl exec, attach and port-forward work on it. */
export const startPodServer = async (): Promise<PodServer> => {
  const dir = await mkdtemp(join(tmpdir(), 'reckon-streams-'));
  const authority = await openAuthority(join(dir, 'pki'), { clock: realClock, chance: realChance });
  const { certificate: cert, key } = await authority.serving(['localhost', '127.0.0.1']);
  const server: Server = createServer(
    { cert, key, ca: authority.certificate, requestCert: true },
    (request, response) => {
      const answer = answers[urlOf(request).pathname];
      response.writeHead(answer ? 200 : 404, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(answer ?? { kind: 'Status', apiVersion: 'v1', status: 'Failure', code: 404 }));
    },
  );
  const served: PodServer = {
    dir,
    kubeconfig: join(dir, 'kubeconfig'),
    onUpgrade: ({ socket }) => socket.destroy(),
    close: async () => {
      server.closeAllConnections();
      await new Promise((closed) => server.close(closed));
      await rm(dir, { recursive: true, force: true });
    },
  };
  server.on('upgrade', (request, socket, head) => served.onUpgrade({ request, socket, head }, urlOf(request)));
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  // It listens on TCP.
  const { port } = server.address() as AddressInfo;
  const access = {
    name: 'spec',
    server: `https://127.0.0.1:${port}`,
    authority: authority.certificate,
    client: await authority.client(adminIdentity),
  };
  await writeFile(served.kubeconfig, kubeconfigOf(access), { mode: 0o600 });
  return served;
};
