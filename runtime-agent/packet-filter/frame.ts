import type { NodeRules } from './packet-filter.ts';
import { type Contribution, frame, masqueradeMark, type Rule, refusal, ruleText, unmarkTarget } from './rule.ts';

/** What the node's kernel can do, as far as rules depend on it. */
export interface Kernel {
  /**
   * Whether packets between two pods on the bridge pass the rules (`bridge-nf-call-iptables`). Without it an answer
   * would go straight to the client pod from an address it never called, so those clients get the node's address.
   */
  readonly seesBridgedPackets: boolean;
}

/** Rules in chains that are not ours, by which packets come into ours. */
export interface Hook {
  readonly table: 'filter' | 'nat';
  readonly chain: string;
  readonly rule: string;
}

const always = (why: string, parts: Omit<Rule, 'why'>) => ruleText({ ...parts, why: `reckon ${why}` });
const hook = (table: Hook['table'], chain: string, target: string, why: string): Hook => ({
  table,
  chain,
  rule: always(why, { target }),
});

export const hooks: readonly Hook[] = [
  hook('filter', 'INPUT', frame.input, 'what comes to this node'),
  hook('filter', 'FORWARD', frame.forward, 'what passes this node'),
  hook('filter', 'OUTPUT', frame.output, 'what this node sends'),
  hook('nat', 'PREROUTING', frame.services, 'services'),
  hook('nat', 'OUTPUT', frame.services, 'services'),
  hook('nat', 'POSTROUTING', frame.postrouting, 'source addresses'),
];

/** Docker puts this chain of its users before everything of its own again whenever it starts. */
export const dockerChain = 'DOCKER-USER';
export const dockerHook = hook('filter', dockerChain, frame.forward, 'what passes this node');

const isNew = '-m conntrack --ctstate NEW';
const loopback = '127.0.0.0/8';

/** The frame's chains in the filter table, with what the objects want refused. */
export const filterFrame = ({ bridge, clusterCIDR, serviceCIDR }: NodeRules, refuse: readonly string[]) => {
  const nobody = { to: serviceCIDR };
  const outsider = 'keeps others from addresses that are this node alone';
  const accept = (parts: Omit<Rule, 'why' | 'target'>) => always('pods', { ...parts, target: 'ACCEPT' });
  return new Map<string, readonly string[]>([
    [
      frame.input,
      [
        always(outsider, {
          to: loopback,
          notIn: 'lo',
          match: '-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT',
          target: 'DROP',
        }),
        always('services without endpoints', { match: isNew, target: frame.refuse }),
      ],
    ],
    [
      frame.forward,
      [
        always(outsider, { match: `-m conntrack --ctorigdst ${loopback}`, target: 'DROP' }),
        always('no answer may leave with a pod address the client never called', {
          in: bridge,
          match: '-m conntrack --ctstate INVALID',
          target: 'DROP',
        }),
        always('services without endpoints', { match: isNew, target: frame.refuse }),
        accept({ in: bridge }),
        accept({ out: bridge }),
        accept({ from: clusterCIDR }),
        accept({ to: clusterCIDR }),
        always('services', { match: `-m mark --mark ${masqueradeMark}`, target: 'ACCEPT' }),
        always('services', {
          match: '-m conntrack --ctstate RELATED,ESTABLISHED -m conntrack --ctstate DNAT',
          target: 'ACCEPT',
        }),
      ],
    ],
    [frame.output, [always('services without endpoints', { match: isNew, target: frame.refuse })]],
    [
      frame.refuse,
      [
        ...refuse,
        always('no such service', { ...nobody, protocol: 'TCP', target: refusal('TCP') }),
        always('no such service', { ...nobody, target: refusal(undefined) }),
      ],
    ],
  ]);
};

/** The frame's chains in the nat table, with what leads to the objects' own chains. */
export const natFrame = (
  { bridge, podCIDR, clusterCIDR }: NodeRules,
  kernel: Kernel,
  objects: readonly Contribution[],
) => {
  const ownAddress = 'MASQUERADE --random-fully';
  return new Map<string, readonly string[]>([
    [
      frame.services,
      [
        ...objects.flatMap(({ services }) => services),
        always('node ports and host ports', { match: '-m addrtype --dst-type LOCAL', target: frame.localPorts }),
      ],
    ],
    [frame.localPorts, objects.flatMap(({ localPorts }) => localPorts)],
    [
      frame.postrouting,
      [
        always('marked', { match: `-m mark --mark ${masqueradeMark}`, target: frame.masquerade }),
        ...(kernel.seesBridgedPackets
          ? []
          : [
              always('brings answers between pods of this bridge back through the rules', {
                from: podCIDR,
                out: bridge,
                match: '-m conntrack --ctstate DNAT',
                target: ownAddress,
              }),
            ]),
        always('pods keep their address inside the cluster', { from: podCIDR, to: clusterCIDR, target: 'ACCEPT' }),
        always('pods leave the cluster as this node', { from: podCIDR, notOut: bridge, target: ownAddress }),
      ],
    ],
    [
      frame.masquerade,
      [
        always('once is enough, should the packet pass again in a tunnel', { target: unmarkTarget }),
        always('as this node', { target: ownAddress }),
      ],
    ],
  ]);
};
