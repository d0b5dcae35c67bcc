import { type Filter, fits } from '../filter.ts';
import { countsBy, selectionOf } from '../pod-terms.ts';
import { nodeAffinity } from './node-affinity.ts';

/** Hard spread constraints: no domain gets more than `maxSkew` matching pods above the emptiest. */
export const podTopologySpread: Filter = {
  name: 'PodTopologySpread',
  of: (pod, scene) => {
    const hard = (pod.spec.topologySpreadConstraints ?? []).filter(
      ({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule',
    );
    if (hard.length === 0) return undefined;
    const refuses = nodeAffinity.of(pod, scene);
    const eligible = scene.nodes.filter((info) => !refuses || refuses(info).length === 0);
    const names = new Set(eligible.map(({ name }) => name));
    const rules = hard.map(({ topologyKey: key, maxSkew, minDomains = 1, labelSelector }) => {
      const selection = selectionOf(new Set([pod.metadata.namespace ?? '']), labelSelector);
      const counts = countsBy(
        key,
        selection,
        scene,
        (other) => names.has(other.spec.nodeName ?? '') && other.metadata.deletionTimestamp === undefined,
      );
      for (const { labels } of eligible) {
        const domain = labels[key];
        if (domain !== undefined && !counts.has(domain)) counts.set(domain, 0);
      }
      const least = counts.size >= minDomains ? Math.min(...counts.values()) : 0;
      return { key, maxSkew, counts, least, own: selection.matches(pod) ? 1 : 0 };
    });
    return ({ labels }) => {
      for (const { key, maxSkew, counts, least, own } of rules) {
        const domain = labels[key];
        if (domain === undefined)
          return ["node(s) didn't match pod topology spread constraints (missing required label)"];
        if ((counts.get(domain) ?? 0) + own - least > maxSkew)
          return ["node(s) didn't match pod topology spread constraints"];
      }
      return fits;
    };
  },
};
