import { writeFile } from 'node:fs/promises';
import { hostsFile } from './folders.ts';
import { hostnameOf, type PodOf } from './pod.ts';

/** The pod's /etc/hosts: itself by its address and name, and the aliases it asks for. */
export const hostsText = (pod: PodOf, ip: string): string => {
  const { hostAliases = [], subdomain } = pod.spec;
  const name = hostnameOf(pod);
  const full = subdomain ? `${name}.${subdomain}.${pod.metadata.namespace}.svc.cluster.local\t${name}` : name;
  const rows = [
    '127.0.0.1\tlocalhost',
    '::1\tlocalhost ip6-localhost ip6-loopback',
    `${ip}\t${full}`,
    ...hostAliases.map((alias) => `${alias.ip}\t${(alias.hostnames ?? []).join('\t')}`),
  ];
  return `# Made by Reckon for this pod.\n${rows.join('\n')}\n`;
};

/** Written once the sandbox has its address, before any container starts. */
export const writeHosts = (root: string, pod: PodOf, ip: string): Promise<void> =>
  writeFile(hostsFile(root, pod.metadata.uid), hostsText(pod, ip));
