import type { Pod } from '../../../kinds/pod.ts';
import type { PodAffinityTerm } from '../../../kinds/schema/api/core-v1.ts';
import { type Filter, fits } from '../filter.ts';
import type { NodeInfo } from '../node-info.ts';
import { countsBy, termOf } from '../pod-terms.ts';
import type { Scene } from '../scene.ts';

const required = (
  terms: { readonly requiredDuringSchedulingIgnoredDuringExecution?: readonly PodAffinityTerm[] } | undefined,
) => terms?.requiredDuringSchedulingIgnoredDuringExecution ?? [];

/** Near what it wants to be near to; the first of a group that wants itself near may start anywhere. */
const attraction = (pod: Pod, scene: Scene) => {
  const terms = required(pod.spec.affinity?.podAffinity).map((term) => {
    const selection = termOf(term, pod, scene.world);
    const domains = countsBy(term.topologyKey, selection, scene);
    return { key: term.topologyKey, domains, isFirst: domains.size === 0 && selection.matches(pod) };
  });
  return ({ labels }: NodeInfo): boolean =>
    terms.every(({ key, domains, isFirst }) => {
      const domain = labels[key];
      return domain !== undefined && (domains.has(domain) || isFirst);
    });
};

const repulsion = (pod: Pod, scene: Scene) => {
  const terms = required(pod.spec.affinity?.podAntiAffinity).map((term) => ({
    key: term.topologyKey,
    domains: countsBy(term.topologyKey, termOf(term, pod, scene.world), scene),
  }));
  return ({ labels }: NodeInfo): boolean => terms.every(({ key, domains }) => !domains.has(labels[key] ?? '\0'));
};

/** Pods that are there already may want to keep this one away. */
const aversion = (pod: Pod, scene: Scene) => {
  const closed: { readonly key: string; readonly domain: string }[] = [];
  for (const other of scene.averse()) {
    for (const term of required(other.spec.affinity?.podAntiAffinity)) {
      const domain = scene.nodeOf(other)?.labels[term.topologyKey];
      if (domain !== undefined && termOf(term, other, scene.world).matches(pod))
        closed.push({ key: term.topologyKey, domain });
    }
  }
  return closed;
};

/** Required pod affinity and anti-affinity, its own and that of the pods that are there. */
export const interPodAffinity: Filter = {
  name: 'InterPodAffinity',
  of: (pod, scene) => {
    const { podAffinity, podAntiAffinity } = pod.spec.affinity ?? {};
    const closed = aversion(pod, scene);
    if (required(podAffinity).length + required(podAntiAffinity).length + closed.length === 0) return undefined;
    const near = attraction(pod, scene);
    const apart = repulsion(pod, scene);
    return (info) => {
      if (!near(info)) return ["node(s) didn't match pod affinity rules"];
      if (!apart(info)) return ["node(s) didn't match pod anti-affinity rules"];
      const isWelcome = closed.every(({ key, domain }) => info.labels[key] !== domain);
      return isWelcome ? fits : ["node(s) didn't satisfy existing pods anti-affinity rules"];
    };
  },
};
