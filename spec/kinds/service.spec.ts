import { expect } from 'chai';
import { claimsOf, type Service, service } from '../../kinds/service.ts';
import { created, type Fact, given } from '../support/given.ts';

const port = { name: 'http', port: 80, protocol: 'TCP', targetPort: 80 };
const first = {
  ports: [port],
  type: 'ClusterIP',
  clusterIP: '10.96.0.9',
  clusterIPs: ['10.96.0.9'],
  sessionAffinity: 'None',
  internalTrafficPolicy: 'Cluster',
};
const open = { ...first, type: 'NodePort', externalTrafficPolicy: 'Cluster', ports: [{ ...port, nodePort: 30_080 }] };

const written = (before: object, after: object, check: (spec: Service['spec']) => unknown) => {
  const history: Fact = created(service, { spec: before });
  given(service, history)
    .when({ type: 'Replace', object: { metadata: { name: 'web', namespace: 'default' }, spec: after } })
    .leaves((object) => void check((object as Service).spec));
};

describe('services', () => {
  it('have an address that is asked for in both fields', () =>
    given(service)
      .when({
        type: 'Create',
        object: { metadata: { name: 'web', namespace: 'default' }, spec: { ports: [port], clusterIP: '10.96.0.9' } },
      })
      .leaves((object) => expect((object as Service).spec.clusterIPs).to.deep.equal(['10.96.0.9'])));

  describe('written without what was given to them', () => {
    it('keep their address', () =>
      written(first, { ports: [port] }, (spec) =>
        expect(spec).to.deep.include({ clusterIP: '10.96.0.9', clusterIPs: ['10.96.0.9'] }),
      ));
    it('keep their node ports', () =>
      written(open, { type: 'NodePort', ports: [port] }, ({ ports }) => expect(ports?.[0]?.nodePort).to.equal(30_080)));
    it('lose a node port to another port that asks for it', () =>
      written(
        open,
        { type: 'NodePort', ports: [port, { ...port, name: 'more', port: 81, nodePort: 30_080 }] },
        ({ ports }) => expect(ports?.map(({ nodePort }) => nodePort)).to.deep.equal([undefined, 30_080]),
      ));
  });

  describe('of another type', () => {
    it('give up node ports that were not asked for', () =>
      written(open, { ...open, type: 'ClusterIP' }, (spec) => {
        expect(spec.ports?.[0]).not.to.have.property('nodePort');
        expect(spec).not.to.have.property('externalTrafficPolicy');
      }));
    it('give up their address for an outside name', () =>
      written(first, { ...first, type: 'ExternalName', externalName: 'example.org' }, (spec) => {
        expect(spec).not.to.have.any.keys('clusterIP', 'clusterIPs', 'internalTrafficPolicy');
      }));
  });

  it('never change their address', () =>
    given(service, created(service, { spec: first }))
      .when({
        type: 'Replace',
        object: { metadata: { name: 'web', namespace: 'default' }, spec: { ...first, clusterIP: '10.96.0.10' } },
      })
      .refuses(
        'Invalid',
        'Service "web" is invalid: spec.clusterIPs[0]: Invalid value: ["10.96.0.10"]: may not change once set',
      ));

  it('hold a claim on their address and each of their node ports', () => {
    expect(claimsOf({ spec: open } as unknown as Service)).to.deep.equal(['clusterip-10.96.0.9', 'nodeport-30080']);
    expect(claimsOf({ spec: { clusterIPs: ['None'], ports: [port] } } as unknown as Service)).to.deep.equal([]);
  });
});
