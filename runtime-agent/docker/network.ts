import type Docker from 'dockerode';
import type { NetworkInspectInfo } from 'dockerode';
import { RuntimeFailure } from '../runtime.ts';
import { type AddressRange, highestOf, nextAddress, parseRange } from '../addresses.ts';
import { type Call, unless } from './call.ts';
import { isOwnedBy, type Owner, ownerLabels } from './labels.ts';
import { readUplinkMtu } from './links.ts';

/** The node's own bridge, as a network of Docker. */
export interface NodeNetwork {
  /** Makes the network with this range, or finds it. Throws `Conflict` when it exists with another and pods are on it, or is not ours. */
  prepare(cidr: string): Promise<void>;
  /** Runs `use` with an address that nobody has, and keeps others from taking it meanwhile. */
  withAddress<T>(use: (address: string) => Promise<T>): Promise<T>;
  remove(): Promise<void>;
}

const mine = 'com.docker.network.bridge';

/** Docker 28 drops what comes to an address from outside unless told otherwise; earlier ones do not know the word. */
const gatewayModeSince = 28;

const addressesOf = (network: NetworkInspectInfo): Set<string> =>
  new Set(Object.values(network.Containers ?? {}).map(({ IPv4Address }) => IPv4Address.split('/')[0] ?? ''));

export const nodeNetwork = (docker: Docker, call: Call, owner: Owner, bridge: string): NodeNetwork => {
  const reserved = new Set<string>();
  let range: AddressRange | undefined;
  let latest: string | undefined;

  const inspect = () => call(() => docker.getNetwork(bridge).inspect());

  const create = async (cidr: string, gateway: string) => {
    const { Version } = await call(() => docker.version());
    const mtu = await readUplinkMtu();
    await call(() =>
      docker.createNetwork({
        Name: bridge,
        Driver: 'bridge',
        CheckDuplicate: true,
        IPAM: { Driver: 'default', Config: [{ Subnet: cidr, Gateway: gateway }] },
        Labels: ownerLabels(owner),
        Options: {
          [`${mine}.name`]: bridge,
          [`${mine}.enable_icc`]: 'true',
          [`${mine}.enable_ip_masquerade`]: 'false', // our packet filter's, which spares what stays inside the cluster
          ...(Number.parseInt(Version, 10) >= gatewayModeSince
            ? { [`${mine}.gateway_mode_ipv4`]: 'nat-unprotected' }
            : {}),
          ...(mtu ? { 'com.docker.network.driver.mtu': String(mtu) } : {}),
        },
      }),
    );
  };

  const prepare = async (cidr: string) => {
    const wanted = parseRange(cidr);
    if (!wanted)
      throw new RuntimeFailure(
        'Refused',
        `Cannot give pods addresses of "${cidr}": not an IPv4 range of at least 4 addresses`,
      );
    const found = await unless(['NotFound'], inspect());
    if (found && !isOwnedBy(owner, found.Labels)) {
      throw new RuntimeFailure(
        'Conflict',
        `Cannot make the network "${bridge}": Docker has one of that name that is not this node's`,
      );
    }
    const subnet = found?.IPAM?.Config?.[0]?.Subnet;
    if (found && subnet !== cidr) {
      if (addressesOf(found).size > 0) {
        throw new RuntimeFailure('Conflict', `Cannot give pods addresses of ${cidr}: pods still run on ${subnet}`);
      }
      await call(() => docker.getNetwork(bridge).remove());
    }
    if (!found || subnet !== cidr) await create(cidr, wanted.gateway);
    else latest ??= highestOf(addressesOf(found));
    range = wanted;
  };

  const withAddress = async <T>(use: (address: string) => Promise<T>): Promise<T> => {
    if (!range) throw new RuntimeFailure('Conflict', 'Cannot run a sandbox before the node has addresses for pods');
    const taken = addressesOf(await inspect());
    const address = nextAddress(range, taken.union(reserved), latest);
    if (!address)
      throw new RuntimeFailure('Refused', `Cannot run a sandbox: all ${taken.size} addresses of this node are in use`);
    latest = address;
    reserved.add(address);
    try {
      return await use(address);
    } finally {
      reserved.delete(address);
    }
  };

  const remove = async () => {
    const found = await unless(['NotFound'], inspect());
    if (found && isOwnedBy(owner, found.Labels)) await call(() => docker.getNetwork(bridge).remove());
  };

  return { prepare, withAddress, remove };
};
