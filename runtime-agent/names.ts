import { readFile, writeFile } from 'node:fs/promises';
import { hostsFile, resolvFile } from './folders.ts';
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

const nameserversMax = 3;

/**
 * The pod's /etc/resolv.conf: the node's own (`hostText`), and what its dnsConfig adds; with policy None only that. There is
 * no cluster DNS yet, so ClusterFirst is as Default.
 */
export const resolvText = (pod: PodOf, hostText: string): string => {
  const { dnsPolicy = 'ClusterFirst', dnsConfig = {} } = pod.spec;
  const base =
    dnsPolicy === 'None' ? [] : hostText.split('\n').filter((line) => /^(nameserver|search|options)\s/.test(line));
  const wordsOf = (key: string) =>
    base.filter((line) => line.startsWith(key)).flatMap((line) => line.split(/\s+/).slice(1));
  const servers = [...new Set([...wordsOf('nameserver'), ...(dnsConfig.nameservers ?? [])])].slice(0, nameserversMax);
  const searches = [...new Set([...wordsOf('search'), ...(dnsConfig.searches ?? [])])];
  const added = (dnsConfig.options ?? []).map(({ name = '', value }) =>
    value === undefined ? name : `${name}:${value}`,
  );
  const options = [...wordsOf('options'), ...added];
  const rows = [
    ...servers.map((server) => `nameserver ${server}`),
    ...(searches.length > 0 ? [`search ${searches.join(' ')}`] : []),
    ...(options.length > 0 ? [`options ${options.join(' ')}`] : []),
  ];
  return `${rows.join('\n')}\n`;
};

/** Written once the sandbox has its address, before any container starts. */
export const writeNames = async (root: string, pod: PodOf, ip: string): Promise<void> => {
  const { uid } = pod.metadata;
  const hostText = await readFile('/etc/resolv.conf', 'utf8').catch(() => ''); // a node may have none
  await Promise.all([
    writeFile(hostsFile(root, uid), hostsText(pod, ip)),
    writeFile(resolvFile(root, uid), resolvText(pod, hostText)),
  ]);
};
