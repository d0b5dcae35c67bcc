import { createHash } from 'node:crypto';
import { expect } from 'chai';
import fc from 'fast-check';
import { isReady } from '../../actors/pod-state.ts';
import type { Command } from '../../kinds/command.ts';
import { deploymentOf, openCluster } from '../support/cluster.ts';
import { brokenPromises, contentOf, foldOf } from '../support/story.ts';

type Deed =
  | { readonly do: 'scale'; readonly to: number }
  | { readonly do: 'roll'; readonly to: number }
  | { readonly do: 'kill' | 'force' | 'relabel'; readonly nth: number }
  | { readonly do: 'pause'; readonly paused: boolean }
  | { readonly do: 'pass'; readonly ms: number }
  | { readonly do: 'restart' };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  fc.record({ do: fc.constant('scale' as const), to: fc.nat(6) }),
  fc.record({ do: fc.constant('roll' as const), to: fc.integer({ min: 1, max: 3 }) }),
  fc.record({ do: fc.constantFrom('kill' as const, 'force' as const, 'relabel' as const), nth: fc.nat(5) }),
  fc.record({ do: fc.constant('pause' as const), paused: fc.boolean() }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.constantFrom(100, 300, 700) }),
  fc.record({ do: fc.constant('restart' as const) }),
);
const history = fc.record({
  deeds: fc.array(deed, { minLength: 1, maxLength: 12 }),
  /** Commands take up to this long to reach the door, each its own time. */
  lagMsMax: fc.constantFrom(0, 0, 250),
});
type History = typeof history extends fc.Arbitrary<infer H> ? H : never;

const web = { resource: 'deployments.apps', namespace: 'default', name: 'web' };

/** A time that follows from the command, up to `max`. */
const lag = (max: number) =>
  max === 0 ? undefined : ({ id }: Command) => createHash('sha256').update(id).digest().readUInt16BE() % max;

const live = async ({ deeds, lagMsMax }: History) => {
  const cluster = await openCluster([{ name: 'a' }, { name: 'b' }], lag(lagMsMax));
  const asked = { replicas: 3, image: 1 };
  await cluster.create('deployments.apps', deploymentOf('web', asked.replicas, 'web:1'));
  for (const one of deeds) {
    switch (one.do) {
      case 'scale':
        asked.replicas = one.to;
        await cluster.merge(web, { spec: { replicas: one.to } });
        break;
      case 'roll':
        asked.image = one.to;
        await cluster.merge(web, {
          spec: { template: { spec: { containers: [{ name: 'main', image: `web:${one.to}` }] } } },
        });
        break;
      case 'pause':
        await cluster.merge(web, { spec: { paused: one.paused } });
        break;
      case 'pass':
        await cluster.pass(one.ms);
        break;
      case 'restart':
        await cluster.restart();
        break;
      default: {
        const pod = cluster.pods()[one.nth];
        if (!pod) break;
        const ref = { resource: 'pods', namespace: 'default', name: pod.metadata.name };
        if (one.do === 'relabel') await cluster.merge(ref, { metadata: { labels: { app: 'other' } } });
        else await cluster.remove(ref, one.do === 'force' ? { gracePeriodSeconds: 0 } : {});
      }
    }
  }
  await cluster.merge(web, { spec: { paused: false } });
  await cluster.pass(lagMsMax === 0 ? 12_000 : 40_000);
  cluster.stop();
  return { asked, cluster, story: await cluster.story() };
};

const print = (one: History) => JSON.stringify(one);

describe('any history', () => {
  it('ends with what was asked for, all of it ready, and the World is the fold of its log', () =>
    fc.assert(
      fc.asyncProperty(history, async (lived) => {
        const { asked, cluster, story } = await live(lived);
        const pods = cluster.active().filter(({ metadata }) => metadata.labels?.['app'] === 'web');
        expect(
          pods.map(({ spec }) => spec.containers[0]?.image),
          print(lived),
        ).to.deep.equal(Array.from({ length: asked.replicas }, () => `web:${asked.image}`));
        expect(pods.every(isReady)).to.equal(true);
        expect(cluster.nodes.reduce((sum, { running }) => sum + running, 0)).to.equal(cluster.pods().length);
        expect(contentOf(foldOf(story))).to.deep.equal(contentOf(cluster.world));
      }),
      { numRuns: 25 },
    )).timeout(60_000);

  it('is the same history when lived again', () =>
    fc.assert(
      fc.asyncProperty(history, async (lived) => {
        const [first, second] = [await live(lived), await live(lived)];
        expect(JSON.stringify(first.story)).to.equal(JSON.stringify(second.story));
      }),
      { numRuns: 10 },
    )).timeout(60_000);

  it('of rollouts keeps to its limits at every position, however late commands come', () =>
    fc.assert(
      fc.asyncProperty(
        fc.record({
          replicas: fc.integer({ min: 1, max: 6 }),
          limits: fc.tuple(fc.nat(3), fc.nat(3)).filter(([surge, unavailable]) => surge + unavailable > 0),
          lagMsMax: fc.constantFrom(0, 300, 900),
          pausesMs: fc.array(fc.constantFrom(200, 1_000, 3_000), { minLength: 1, maxLength: 3 }),
        }),
        async ({ replicas, limits: [maxSurge, maxUnavailable], lagMsMax, pausesMs }) => {
          const cluster = await openCluster([{ name: 'a' }, { name: 'b' }], lag(lagMsMax));
          const strategy = { type: 'RollingUpdate', rollingUpdate: { maxSurge, maxUnavailable } };
          await cluster.create('deployments.apps', deploymentOf('web', replicas, 'web:1', { strategy }));
          await cluster.pass(10_000);
          const from = cluster.world.position;
          for (const [i, ms] of pausesMs.entries()) {
            const containers = [{ name: 'main', image: `web:${i + 2}` }];
            await cluster.merge(web, { spec: { template: { spec: { containers } } } });
            await cluster.pass(ms);
          }
          cluster.stop();
          expect(brokenPromises(await cluster.story(), 'web', from)).to.deep.equal([]);
        },
      ),
      { numRuns: 15 },
    )).timeout(60_000);
});
