import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Authority } from '../api/auth/authority.ts';
import { adminIdentity, nodeIdentity } from '../api/auth/authority.ts';
import type { Access } from './client.ts';
import type { Places } from './places.ts';

const adminName = 'admin';
const agentName = (node: string) => `agent-${node}`;

/** Issues what the administrator and this machine's agents need, into the authority's folder. */
export const issueCredentials = async (authority: Authority, nodes: readonly string[]): Promise<void> => {
  await authority.keptClient(adminName, adminIdentity);
  for (const node of nodes) await authority.keptClient(agentName(node), nodeIdentity(node));
};

const read = async (
  places: Places,
  name: string,
): Promise<{ readonly ca: string; readonly certificate: string; readonly key: string }> => {
  const [ca, both] = await Promise.all(
    ['ca.crt', `${name}.pem`].map((file) => readFile(join(places.authority, file), 'utf8')),
  );
  const blocks = (both ?? '').match(/-----BEGIN [^-]+-----[\s\S]+?-----END [^-]+-----/g) ?? [];
  return {
    ca: ca ?? '',
    certificate: blocks.filter((block) => block.includes('CERTIFICATE')).join('\n'),
    key: blocks.find((block) => block.includes('PRIVATE KEY')) ?? '',
  };
};

/** How the administrator of the cluster in this folder reaches it. */
export const adminAccess = async (places: Places, port: number): Promise<Access> => ({
  server: `https://127.0.0.1:${port}`,
  ...(await read(places, adminName)),
  namespace: 'default',
});

/** What a node's agent shows to the control plane. */
export const agentCredential = (places: Places, node: string) => read(places, agentName(node));
