import { expect } from 'chai';
import { endpoints } from '../../actors/endpoints/endpoints.ts';
import { endpointSlice } from '../../actors/endpoints/slices.ts';
import type { EndpointSlice } from '../../kinds/endpoint-slice.ts';
import { linesOf, objectOf, ownedBy, type Sketch, stepOf, wishesOf, worldOf } from '../support/world.ts';

const key = 'default/web';
const service = (spec: object = {}, metadata: object = {}): Sketch => ({
  kind: 'Service',
  metadata: { name: 'web', ...metadata },
  spec: {
    selector: { app: 'web' },
    ports: [{ name: 'http', port: 80, targetPort: 8_080, protocol: 'TCP' }],
    clusterIP: '10.96.0.9',
    ...spec,
  },
});
const ready = { type: 'Ready', status: 'True' };
const pod = (name: string, ip: string, more: { metadata?: object; spec?: object; status?: object } = {}): Sketch => ({
  kind: 'Pod',
  metadata: { name, labels: { app: 'web' }, ...more.metadata },
  spec: {
    nodeName: 'a',
    containers: [{ name: 'c', ports: [{ name: 'web', containerPort: 8_081, protocol: 'TCP' }] }],
    ...more.spec,
  },
  status: { phase: 'Running', podIP: ip, conditions: [ready], ...more.status },
});
const slices = (...sketches: readonly Sketch[]) => wishesOf(endpointSlice, worldOf(...sketches), key);
const made = (...sketches: readonly Sketch[]) => slices(...sketches).map(({ object }) => object as EndpointSlice);
/** The slice that a World of these objects leads to. */
const settledSlice = (...sketches: readonly Sketch[]): Sketch => {
  const [slice] = made(...sketches);
  return objectOf({
    ...slice,
    kind: 'EndpointSlice',
    metadata: { ...slice?.metadata, name: 'web-1' },
  }) as unknown as Sketch;
};

describe('endpoint slices', () => {
  it('name every pod behind a Service, and how it is', () => {
    const going = { deletionTimestamp: '2026-01-01T00:00:30Z' };
    const [slice] = made(
      service(),
      pod('one', '10.0.0.1'),
      pod('sick', '10.0.0.2', { status: { conditions: [] } }),
      pod('going', '10.0.0.3', { metadata: { ...going, labels: { app: 'web' } } }),
    );
    expect(slice?.endpoints?.map(({ addresses, conditions }) => ({ addresses, conditions }))).to.have.deep.members([
      { addresses: ['10.0.0.1'], conditions: { ready: true, serving: true, terminating: false } },
      { addresses: ['10.0.0.2'], conditions: { ready: false, serving: false, terminating: false } },
      { addresses: ['10.0.0.3'], conditions: { ready: false, serving: true, terminating: true } },
    ]);
    expect(slice?.ports).to.deep.equal([{ name: 'http', port: 8_080, protocol: 'TCP' }]);
    expect(slice?.metadata.labels).to.include({
      'kubernetes.io/service-name': 'web',
      'endpointslice.kubernetes.io/managed-by': 'endpointslice-controller.k8s.io',
    });
    expect(slice?.metadata.ownerReferences?.[0]).to.include({ kind: 'Service', uid: 'web-uid', controller: true });
  });

  it('name no pod that is over, or has no address', () =>
    expect(
      made(service(), pod('over', '10.0.0.1', { status: { phase: 'Succeeded' } }), pod('new', ''))[0]?.endpoints,
    ).to.deep.equal([]));

  it('find a port by its name in each pod', () => {
    const other = pod('two', '10.0.0.2', {
      spec: { containers: [{ name: 'c', ports: [{ name: 'web', containerPort: 9_000 }] }] },
    });
    const nameless = pod('three', '10.0.0.3', { spec: { containers: [{ name: 'c' }] } });
    const found = made(
      service({ ports: [{ port: 80, targetPort: 'web', protocol: 'TCP' }] }),
      pod('one', '10.0.0.1'),
      other,
      nameless,
    );
    expect(
      found.map(({ ports, endpoints: all }) => [ports?.[0]?.port, all?.map(({ addresses }) => addresses[0])]),
    ).to.have.deep.members([
      [8_081, ['10.0.0.1']],
      [9_000, ['10.0.0.2']],
    ]);
  });

  it('count as ready what is not, for a Service that wants it so', () =>
    expect(
      made(service({ publishNotReadyAddresses: true }), pod('sick', '10.0.0.2', { status: { conditions: [] } }))[0]
        ?.endpoints?.[0]?.conditions,
    ).to.deep.equal({
      ready: true,
      serving: false,
      terminating: false,
    }));

  it('carry the mark of a headless Service, and need no ports there', () => {
    const [slice] = made(service({ clusterIP: 'None', ports: undefined }), pod('one', '10.0.0.1'));
    expect(slice?.metadata.labels).to.include({ 'service.kubernetes.io/headless': '' });
    expect(slice?.endpoints).to.have.length(1);
  });

  it('hold a hundred endpoints each', () => {
    const pods = Array.from({ length: 250 }, (_, i) => pod(`p${i}`, `10.0.${i >> 8}.${i & 255}`));
    expect(made(service(), ...pods).map(({ endpoints: all }) => all?.length)).to.deep.equal([100, 100, 50]);
  });

  it('are not written when nothing changed', () => {
    const sketches = [service(), pod('one', '10.0.0.1')];
    expect(slices(...sketches, settledSlice(...sketches))).to.deep.equal([]);
    expect(slices(service(), settledSlice(service()))).to.deep.equal([]);
  });

  it('change where they are when a pod comes or goes', () => {
    const before = settledSlice(service(), pod('one', '10.0.0.1'));
    expect(linesOf(slices(service(), pod('one', '10.0.0.1'), pod('two', '10.0.0.2'), before))).to.deep.equal([
      'Replace endpointslices.discovery.k8s.io/web-1',
    ]);
    const [wish] = slices(service(), before);
    expect(wish).to.have.deep.nested.property('object.endpoints', []);
  });

  it('go when a Service selects nothing any more', () =>
    expect(
      linesOf(slices(service({ selector: undefined }), settledSlice(service(), pod('one', '10.0.0.1')))),
    ).to.deep.equal(['Delete endpointslices.discovery.k8s.io/web-1']));

  it('of others are left alone', () => {
    const theirs: Sketch = {
      kind: 'EndpointSlice',
      metadata: { name: 'own', labels: { 'kubernetes.io/service-name': 'web' } },
      addressType: 'IPv4',
    };
    expect(linesOf(slices(service({ selector: undefined }), theirs))).to.deep.equal([]);
  });

  describe('have their turn', () => {
    const touched = (before: Sketch | undefined, after: Sketch | undefined) =>
      endpointSlice.touches(stepOf(before, after), worldOf(service()));
    it('when a pod gets its address, becomes ready, or goes', () => {
      expect(touched(pod('one', ''), pod('one', '10.0.0.1'))).to.deep.equal([key]);
      expect(touched(pod('one', '10.0.0.1', { status: { conditions: [] } }), pod('one', '10.0.0.1'))).to.deep.equal([
        key,
      ]);
      expect(touched(pod('one', '10.0.0.1'), undefined)).to.deep.equal([key]);
    });
    it('when a pod loses the labels', () =>
      expect(touched(pod('one', '10.0.0.1'), pod('one', '10.0.0.1', { metadata: { labels: {} } }))).to.deep.equal([
        key,
      ]));
    it('but not for a pod without an address, or behind no Service', () => {
      expect(touched(undefined, pod('one', ''))).to.deep.equal([]);
      expect(touched(undefined, pod('one', '10.0.0.1', { metadata: { labels: { app: 'other' } } }))).to.deep.equal([]);
    });
  });
});

describe('endpoints', () => {
  const wishes = (...sketches: readonly Sketch[]) => wishesOf(endpoints, worldOf(...sketches), key);

  it('name the ready and the others, by address', () => {
    const [wish] = wishes(
      service(),
      pod('two', '10.0.0.2'),
      pod('one', '10.0.0.1'),
      pod('sick', '10.0.0.3', { status: { conditions: [] } }),
    );
    expect(wish).to.have.deep.nested.property('object.subsets', [
      {
        addresses: ['one', 'two'].map((name, i) => ({
          ip: `10.0.0.${i + 1}`,
          nodeName: 'a',
          targetRef: { kind: 'Pod', namespace: 'default', name, uid: `${name}-uid` },
        })),
        notReadyAddresses: [
          {
            ip: '10.0.0.3',
            nodeName: 'a',
            targetRef: { kind: 'Pod', namespace: 'default', name: 'sick', uid: 'sick-uid' },
          },
        ],
        ports: [{ name: 'http', port: 8_080, protocol: 'TCP' }],
      },
    ]);
  });

  it('name a thousand at most, and say so', () => {
    const pods = Array.from({ length: 1_010 }, (_, i) => pod(`p${i}`, `10.0.${i >> 8}.${i & 255}`));
    const [wish] = wishes(service(), ...pods);
    expect(wish).to.have.nested.property('object.subsets[0].addresses.length', 1_000);
    expect(wish).to.have.deep.nested.property('object.metadata.annotations', {
      'endpoints.kubernetes.io/over-capacity': 'truncated',
    });
  });

  it('are not written when nothing changed', () => {
    const [wish] = wishes(service(), pod('one', '10.0.0.1'));
    const object = { ...(wish?.['object'] as object), kind: 'Endpoints' } as Sketch;
    expect(wishes(service(), pod('one', '10.0.0.1'), object)).to.deep.equal([]);
    expect(linesOf(wishes(service(), object))).to.deep.equal(['Replace endpoints/web']);
  });

  it('go with their Service, unless somebody else made them', () => {
    const ours: Sketch = {
      kind: 'Endpoints',
      metadata: { name: 'web', labels: { 'endpoints.kubernetes.io/managed-by': 'endpoint-controller' } },
    };
    expect(linesOf(wishes(ours))).to.deep.equal(['Delete endpoints/web']);
    expect(wishes({ kind: 'Endpoints', metadata: { name: 'web' } })).to.deep.equal([]);
  });

  it("of a Service without a selector are their owner's", () =>
    expect(
      wishes(service({ selector: undefined }), {
        kind: 'Endpoints',
        metadata: { name: 'web', ownerReferences: ownedBy(service()) },
      }),
    ).to.deep.equal([]));
});
