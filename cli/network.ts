import { networkInterfaces } from 'node:os';

/** Addresses of all pods, of all Services, and of this machine's own pods. */
export const clusterCIDR = '10.244.0.0/16';
export const serviceCIDR = '10.96.0.0/16';
/** The `kubernetes` Service's address: the first of {@link serviceCIDR}. */
export const firstClusterIP = '10.96.0.1';
export const bridge = 'reckon0';

/** The address range of the nth node's pods, from 0 to 255. */
export const podCIDRof = (nth: number): string => {
  if (nth < 0 || nth > 255)
    throw new Error(`Cannot give node ${nth} addresses for its pods: ${clusterCIDR} holds 256 ranges`);
  return `10.244.${nth}.0/24`;
};

/** This machine's IPv4 addresses, loopback last. */
export const ownAddresses = (): readonly string[] => {
  const all = Object.entries(networkInterfaces()).flatMap(([name, list = []]) =>
    list.filter(({ family }) => family === 'IPv4').map(({ address, internal }) => ({ name, address, internal })),
  );
  const outside = all.filter(({ name, internal }) => !internal && !/^(docker|br-|veth|reckon)/.test(name));
  const bridges = all.filter(({ name, internal }) => !internal && /^(docker|br-|veth|reckon)/.test(name));
  return [...outside, ...bridges, ...all.filter(({ internal }) => internal)].map(({ address }) => address);
};

/** The address by which this machine is reached; loopback where it has no other. */
export const hostAddress = (): string => ownAddresses()[0] ?? '127.0.0.1';
