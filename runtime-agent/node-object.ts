import { timestamp } from '../kinds/object.ts';
import type { Node, NodeStatus } from '../kinds/schema/api/core-v1.ts';
import type { RuntimeInfo } from './runtime.ts';

/** Who this node is, as far as its agent knows. */
export interface NodeFacts {
  readonly name: string;
  readonly hostIP: string;
  /** Addresses of its pods. */
  readonly podCIDR: string;
  /** Of this agent, as `kubectl get nodes` shows it: `v1.34.0+reckon`. */
  readonly version: string;
  readonly info: RuntimeInfo;
  readonly podsMax: number;
  /** Bytes of the disk that holds images and volumes. */
  readonly diskBytes: number;
  readonly labels: Readonly<Record<string, string>>;
}

const condition = (type: string, yes: boolean, reason: string, message: string, now: number) => ({
  type,
  status: yes ? ('True' as const) : ('False' as const),
  lastHeartbeatTime: timestamp(now),
  lastTransitionTime: timestamp(now),
  reason,
  message,
});

/** The node as it registers itself. */
export const nodeObject = ({ name, podCIDR, info, labels }: NodeFacts): Node => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: {
    name,
    labels: {
      'kubernetes.io/hostname': name,
      'kubernetes.io/os': 'linux',
      'kubernetes.io/arch': info.architecture,
      'beta.kubernetes.io/os': 'linux',
      'beta.kubernetes.io/arch': info.architecture,
      ...labels,
    },
    annotations: { 'volumes.kubernetes.io/controller-managed-attach-detach': 'true' },
  },
  spec: { podCIDR, podCIDRs: [podCIDR] },
});

/** What the node can give and how it is. `lost` says why its runtime does not answer; empty while it does. */
export const nodeStatusOf = (facts: NodeFacts, now: number, lost: string): NodeStatus => {
  const { name, hostIP, version, info, podsMax, diskBytes } = facts;
  const resources = {
    cpu: String(info.cpus),
    memory: `${Math.floor(info.memoryBytes / 1_024)}Ki`,
    pods: String(podsMax),
    'ephemeral-storage': `${Math.floor(diskBytes / 1_024)}Ki`,
  };
  return {
    capacity: resources,
    allocatable: resources,
    addresses: [
      { type: 'InternalIP', address: hostIP },
      { type: 'Hostname', address: name },
    ],
    conditions: [
      condition('MemoryPressure', false, 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available', now),
      condition('DiskPressure', false, 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure', now),
      condition('PIDPressure', false, 'KubeletHasSufficientPID', 'kubelet has sufficient PID available', now),
      lost === ''
        ? condition('Ready', true, 'KubeletReady', 'kubelet is posting ready status', now)
        : condition('Ready', false, 'KubeletNotReady', `container runtime is down: ${lost}`, now),
    ],
    daemonEndpoints: { kubeletEndpoint: { Port: 0 } },
    nodeInfo: {
      machineID: name,
      systemUUID: name,
      bootID: name,
      kernelVersion: info.kernelVersion,
      osImage: info.osImage,
      containerRuntimeVersion: `${info.name}://${info.version}`,
      kubeletVersion: version,
      kubeProxyVersion: '',
      operatingSystem: 'linux',
      architecture: info.architecture,
    },
  };
};
