import { expect } from 'chai';
import { defaultNode } from '../../../kinds/defaults/node.ts';
import { defaultPod } from '../../../kinds/defaults/pod.ts';
import { defaultSecret } from '../../../kinds/defaults/secret.ts';
import { defaultService } from '../../../kinds/defaults/service.ts';
import type { Container, Node, Pod, PodSpec, Service } from '../../../kinds/schema/api/core-v1.ts';
import { golden } from '../../support/golden.ts';
import { decoded, filled, type Written } from '../../support/rules.ts';

describe('Defaults', () => {
  // The file's own shape.
  const rows = golden('defaults') as readonly { readonly object: Written; readonly defaulted: Written }[];

  it("are upstream's, for every row", () => {
    expect(rows).to.have.length(146);
    for (const { object, defaulted } of rows) {
      expect(decoded(filled(decoded(object))), JSON.stringify(object)).to.deep.equal(decoded(defaulted));
    }
  });

  it('change nothing when they are filled in again', () => {
    for (const { object } of rows) {
      const once = filled(decoded(object));
      expect(filled(once), JSON.stringify(object)).to.equal(once);
    }
  });

  it('leave the object as it is and share what they do not touch', () => {
    for (const { object } of rows) {
      const text = JSON.stringify(object);
      filled(object);
      expect(JSON.stringify(object)).to.equal(text);
    }
    const labels = { app: 'web' };
    expect(defaultPod({ metadata: { labels }, spec: { containers: [] } }).metadata?.labels).to.equal(labels);
  });
});

const specOf = (spec: Partial<PodSpec>): PodSpec => {
  const pod: Pod = { spec: { containers: [], ...spec } };
  return defaultPod(pod).spec ?? expect.fail('no spec');
};
const containerOf = (container: Partial<Container>, spec: Partial<PodSpec> = {}) =>
  specOf({ ...spec, containers: [{ name: 'a', ...container }] }).containers[0];

describe('A pod', () => {
  it("is restarted always, gets 30 seconds to end and the cluster's names", () => {
    expect(specOf({})).to.deep.equal({
      containers: [],
      restartPolicy: 'Always',
      dnsPolicy: 'ClusterFirst',
      schedulerName: 'default-scheduler',
      terminationGracePeriodSeconds: 30,
      securityContext: {},
      enableServiceLinks: true,
    });
  });

  it('pulls what has no tag, or the tag latest, every time', () => {
    for (const [image, policy] of [
      ['nginx', 'Always'],
      ['r.io:5000/a/nginx:latest', 'Always'],
      ['nginx:1', 'IfNotPresent'],
      [`nginx@sha256:${'a'.repeat(64)}`, 'IfNotPresent'],
      ['Nginx', 'IfNotPresent'],
      ['', 'IfNotPresent'],
    ] as const)
      expect(containerOf({ image })?.imagePullPolicy, image).to.equal(policy);
  });

  it('asks for its limits where it asks for nothing', () => {
    expect(
      containerOf({ resources: { limits: { cpu: '1', memory: '1Gi' }, requests: { cpu: '100m' } } })?.resources,
    ).to.deep.equal({
      limits: { cpu: '1', memory: '1Gi' },
      requests: { cpu: '100m', memory: '1Gi' },
    });
  });

  it('asks for at least a thousandth', () => {
    expect(containerOf({ resources: { requests: { cpu: '100u' } } })?.resources?.requests).to.deep.equal({ cpu: '1m' });
  });

  it("uses its container ports on the host when it is on the host's network", () => {
    expect(containerOf({ ports: [{ containerPort: 80 }] }, { hostNetwork: true })?.ports).to.deep.equal([
      { containerPort: 80, hostPort: 80, protocol: 'TCP' },
    ]);
  });

  it('reads the old name of its service account', () => {
    expect(specOf({ serviceAccount: 'old' }).serviceAccountName).to.equal('old');
    expect(specOf({ serviceAccount: 'old', serviceAccountName: 'new' }).serviceAccount).to.equal('new');
  });

  it('takes a volume that says nothing for an empty folder', () => {
    expect(specOf({ volumes: [{ name: 'v' }] }).volumes).to.deep.equal([{ name: 'v', emptyDir: {} }]);
  });

  it('gets the shortest grace for a negative one', () => {
    expect(specOf({ terminationGracePeriodSeconds: -1 }).terminationGracePeriodSeconds).to.equal(1);
    expect(specOf({ terminationGracePeriodSeconds: 0 }).terminationGracePeriodSeconds).to.equal(0);
  });

  it('that is limited as a whole asks for what its containers ask for', () => {
    const containers = [
      { name: 'a', resources: { requests: { cpu: '100m' } } },
      { name: 'b', resources: { requests: { cpu: '200m' } } },
    ];
    expect(
      specOf({ containers, resources: { limits: { cpu: '1', memory: '1Gi' } } }).resources?.requests,
    ).to.deep.equal({
      cpu: '300m',
      memory: '1Gi',
    });
  });
});

describe('A Service', () => {
  it('points at its own port when it does not say where', () => {
    expect(defaultService({ spec: { ports: [{ port: 80, targetPort: 0 }] } }).spec?.ports).to.deep.equal([
      { port: 80, targetPort: 80, protocol: 'TCP' },
    ]);
  });

  it('keeps a client for three hours where it keeps clients', () => {
    const service: Service = { spec: { sessionAffinity: 'ClientIP' } };
    expect(defaultService(service).spec?.sessionAffinityConfig).to.deep.equal({
      clientIP: { timeoutSeconds: 10_800 },
    });
  });
});

describe('A Secret', () => {
  it('turns plain texts into data, which they overrule', () => {
    expect(defaultSecret({ data: { a: 'eA==', b: 'eQ==' }, stringData: { a: 'ü' } })).to.deep.equal({
      data: { a: 'w7w=', b: 'eQ==' },
      type: 'Opaque',
    });
  });
});

const nodeOf = (node: Node): Node => defaultNode(node);

describe('A Node', () => {
  it('has its first range under both names', () => {
    expect(nodeOf({ spec: { podCIDR: '10.1.0.0/24' } }).spec).to.deep.equal({
      podCIDR: '10.1.0.0/24',
      podCIDRs: ['10.1.0.0/24'],
    });
    expect(nodeOf({ spec: { podCIDRs: ['10.1.0.0/24'] } }).spec?.podCIDR).to.equal('10.1.0.0/24');
  });

  it('has all it holds to give where it does not say less', () => {
    expect(nodeOf({ status: { capacity: { cpu: '4' } } }).status?.allocatable).to.deep.equal({ cpu: '4' });
  });
});
