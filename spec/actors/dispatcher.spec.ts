import { expect } from 'chai';
import { dispatcher } from '../../actors/dispatcher/dispatcher.ts';
import type { Step } from '../../actors/dispatcher/step.ts';
import type { Order } from '../../commands/orders/order.ts';
import { objectOf, type Sketch, stepOf, worldOf } from '../support/world.ts';

const pod = (more: { metadata?: object; spec?: object } = {}): Sketch => ({
  kind: 'Pod',
  metadata: { name: 'web', resourceVersion: '7', ...more.metadata },
  spec: { nodeName: 'a', containers: [], ...more.spec },
});
const waiting = pod({ spec: { nodeName: undefined } });
const going = pod({ metadata: { deletionTimestamp: '2026-01-01T00:00:30Z', deletionGracePeriodSeconds: 30 } });

/** Orders that follow from a change in a World. */
const ordersAfter = (step: Step, ...world: readonly Sketch[]): readonly Order[] => {
  const here = worldOf(...world);
  return dispatcher.touches(step, here).flatMap((key) => dispatcher.reconcile(here, key, 0).commands);
};
const recorded = (type: string, via: string) =>
  ({ event: { type }, origin: { via } }) as unknown as NonNullable<Step['recorded']>;

describe('orders to nodes', () => {
  it('run a pod once it has a node', () =>
    expect(ordersAfter(stepOf(waiting, pod()), pod())).to.deep.equal([
      { type: 'RunPod', node: 'a', key: 'pod/web-uid', position: 7, pod: objectOf(pod()) },
    ]));

  it('say nothing of a pod without a node', () =>
    expect(ordersAfter(stepOf(undefined, waiting), waiting)).to.deep.equal([]));

  it('stop a pod within its grace', () => {
    const [order] = ordersAfter(stepOf(pod(), going), going);
    expect(order).to.include({ type: 'StopPod', node: 'a', position: 7, gracePeriodSeconds: 30, gone: false });
  });

  it('stop a pod at once that is gone without its node having said so', () => {
    const [order] = ordersAfter({ ...stepOf(pod(), undefined), recorded: recorded('Deleted', 'api') });
    expect(order).to.include({ type: 'StopPod', gracePeriodSeconds: 0, gone: true });
  });

  it('forget a pod whose node said that nothing is left', () => {
    const [order] = ordersAfter({ ...stepOf(going, undefined), recorded: recorded('Deleted', 'agent/a') });
    expect(order).to.include({ type: 'Forget', key: 'pod/web-uid', position: 100 });
  });

  it('are not given again for what a node itself reported', () => {
    const step = (type: string): Step => ({ ...stepOf(pod(), pod()), recorded: recorded(type, 'agent/a') });
    expect(ordersAfter(step('StatusReported'), pod())).to.deep.equal([]);
    expect(ordersAfter(step('Relabeled'), pod())).to.have.length(1);
  });

  it('are told again for every pod at start', () =>
    expect(ordersAfter(stepOf(undefined, pod()), pod())).to.have.length(1));

  it('run another pod of the same name as another', () => {
    const other = pod({ metadata: { uid: 'new' } });
    const [order] = ordersAfter({ ...stepOf(pod(), undefined), recorded: recorded('Deleted', 'api') }, other);
    expect(order).to.include({ type: 'StopPod', key: 'pod/web-uid', gone: true });
  });

  describe('for Services', () => {
    const service = (spec: object = {}): Sketch => ({
      kind: 'Service',
      metadata: { name: 'web' },
      spec: {
        clusterIPs: ['10.96.0.9'],
        ports: [{ name: 'http', port: 80, nodePort: 30_080, protocol: 'TCP' }],
        ...spec,
      },
    });
    const slice = (name: string, endpoints: readonly object[], port = 8_080): Sketch => ({
      kind: 'EndpointSlice',
      metadata: { name, labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
      ports: [{ name: 'http', port, protocol: 'TCP' }],
      endpoints,
    });
    const endpoint = (ip: string, conditions: object = { ready: true, serving: true, terminating: false }) => ({
      addresses: [ip],
      conditions,
      nodeName: 'a',
    });

    it('tell every node who stands behind each port', () => {
      const world = [service(), slice('one', [endpoint('10.0.0.2')]), slice('two', [endpoint('10.0.0.1')], 9_090)];
      const [order] = ordersAfter(stepOf(undefined, service()), ...world);
      expect(order).to.include({
        type: 'ServeService',
        node: '*',
        key: 'service/default/web',
        affinitySeconds: 0,
        internalTrafficPolicy: 'Cluster',
      });
      expect(order).to.have.deep.nested.property('ports[0].backends', [
        { ip: '10.0.0.1', port: 9_090, ready: true, serving: true, terminating: false, node: 'a' },
        { ip: '10.0.0.2', port: 8_080, ready: true, serving: true, terminating: false, node: 'a' },
      ]);
    });

    it('follow its slices', () => {
      const before = slice('one', []);
      expect(ordersAfter(stepOf(before, slice('one', [endpoint('10.0.0.1')])), service(), before)).to.have.length(1);
      const moved = { ...before, metadata: { name: 'one', labels: { 'kubernetes.io/service-name': 'other' } } };
      expect(ordersAfter(stepOf(before, moved), service()).map((one) => ('key' in one ? one.key : ''))).to.deep.equal([
        'service/default/web',
        'service/default/other',
      ]);
    });

    it('keep a client with its backend for as long as the Service says', () => {
      const affine = service({
        sessionAffinity: 'ClientIP',
        sessionAffinityConfig: { clientIP: { timeoutSeconds: 60 } },
      });
      expect(ordersAfter(stepOf(undefined, affine), affine)[0]).to.include({ affinitySeconds: 60 });
    });

    it('are taken back for what is gone or has no address', () => {
      expect(ordersAfter(stepOf(service(), undefined))[0]).to.include({ type: 'Forget', key: 'service/default/web' });
      for (const spec of [{ clusterIPs: ['None'] }, { type: 'ExternalName', clusterIPs: undefined }])
        expect(ordersAfter(stepOf(undefined, service(spec)), service(spec))[0]).to.include({ type: 'Forget' });
    });
  });
});
