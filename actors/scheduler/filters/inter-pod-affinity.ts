import type { Pod } from '../../../kinds/pod.ts';
import type { PodAffinityTerm } from '../../../kinds/schema/api/core-v1.ts';
import { type Filter, fits, type Scene } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';
import { domainsWith, matcherOf } from '../pod-terms.ts';

const required = (
  terms: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[] } | undefined,
) => terms?.requiredDuringSchedulingIgnoredDuringExecution ?? [];

/** Near what it wants to be near to; the first of a group that wants itself near may start anywhere. */
const attraction = (pod: Pod, { world, nodes }: Scene) => {
  const terms = required(pod.spec.affinity?.podAffinity).map((term) => {
    const matches = matcherOf(term, pod, world);
    return { key: term.topologyKey, domains: domainsWith(nodes, term.topologyKey, matches), first: matches(pod) };
  });
  return ({ labels }: NodeInfo): boolean =>
    terms.every(({ key, domains, first }) => {
      const domain = labels[key];
      return domain !== undefined && (domains.has(domain) || (domains.size === 0 && first));
    });
};

const repulsion = (pod: Pod, { world, nodes }: Scene) => {
  const terms = required(pod.spec.affinity?.podAntiAffinity).map((term) => ({
    key: term.topologyKey,
    domains: domainsWith(nodes, term.topologyKey, matcherOf(term, pod, world)),
  }));
  return ({ labels }: NodeInfo): boolean => terms.every(({ key, domains }) => !domains.has(labels[key] ?? '\0'));
};

/** Pods that are there already may want to keep this one away. */
const aversion = (pod: Pod, { world, nodes }: Scene) => {
  const closed: { readonly key: string; readonly domain: string }[] = [];
  for (const { labels, pods } of nodes) {
    for (const other of pods) {
      for (const term of required(other.spec.affinity?.podAntiAffinity)) {
        const domain = labels[term.topologyKey];
        if (domain !== undefined && matcherOf(term, other, world)(pod)) closed.push({ key: term.topologyKey, domain });
      }
    }
  }
  return ({ labels }: NodeInfo): boolean => closed.every(({ key, domain }) => labels[key] !== domain);
};

/** Required pod affinity and anti-affinity, its own and that of the pods that are there. */
export const interPodAffinity: Filter = {
  name: 'InterPodAffinity',
  of: (pod, scene) => {
    const near = attraction(pod, scene);
    const apart = repulsion(pod, scene);
    const welcome = aversion(pod, scene);
    return (info) => {
      if (!near(info)) return ["node(s) didn't match pod affinity rules"];
      if (!apart(info)) return ["node(s) didn't match pod anti-affinity rules"];
      return welcome(info) ? fits : ["node(s) didn't satisfy existing pods anti-affinity rules"];
    };
  },
};
