import { labelSelector } from '../../../kinds/values/selector.ts';
import { type Filter, fits } from '../filter.ts';
import { nodeAffinity } from './node-affinity.ts';

/** Hard spread constraints: no domain gets more than `maxSkew` matching pods above the emptiest. */
export const podTopologySpread: Filter = {
  name: 'PodTopologySpread',
  of: (pod, scene) => {
    const eligible = nodeAffinity.of(pod, scene);
    const rules = (pod.spec.topologySpreadConstraints ?? [])
      .filter(({ whenUnsatisfiable }) => whenUnsatisfiable === 'DoNotSchedule')
      .map((rule) => {
        const selector = labelSelector(rule.labelSelector);
        const counts = new Map<string, number>();
        for (const info of scene.nodes) {
          const domain = info.labels[rule.topologyKey];
          if (domain === undefined || eligible(info).length > 0) continue;
          const here = info.pods.filter(
            ({ metadata }) =>
              metadata.namespace === pod.metadata.namespace &&
              metadata.deletionTimestamp === undefined &&
              selector.matches(metadata.labels),
          ).length;
          counts.set(domain, (counts.get(domain) ?? 0) + here);
        }
        const enough = counts.size >= (rule.minDomains ?? 1);
        const least = enough ? Math.min(...counts.values()) : 0;
        return {
          key: rule.topologyKey,
          maxSkew: rule.maxSkew,
          counts,
          least,
          own: selector.matches(pod.metadata.labels) ? 1 : 0,
        };
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
