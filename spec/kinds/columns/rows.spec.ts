import { expect } from 'chai';
import type { Kind } from '../../../kinds/kind.ts';
import { kinds } from '../../../kinds/index.ts';
import type { ApiObject } from '../../../kinds/object.ts';
import { epochMs } from '../../support/clock.ts';

const kindOf = (resource: string): Kind => kinds.get(resource) ?? expect.fail(`no kind ${resource}`);

const standard = { name: 'web', namespace: 'default', creationTimestamp: '2025-12-31T23:59:00Z' };
const namesOf = (resource: string) =>
  kindOf(resource)
    .columns.map(({ name }) => name)
    .join(' ');

/** A row as a client sees it, wide columns after a bar. */
const rowOf = (resource: string, object: object): string => {
  const kind = kindOf(resource);
  const whole = {
    apiVersion: kind.apiVersion,
    kind: kind.kind,
    ...object,
    metadata: { ...standard, ...(object as Partial<ApiObject>).metadata },
  } as ApiObject;
  const cells = (priority: number) =>
    kind.columns.filter((one) => one.priority === priority).map(({ cell }) => cell(whole, epochMs));
  return `${cells(0).join(' ')} | ${cells(1).join(' ')}`;
};

const container = { name: 'c', image: 'c:1' };
const running = { name: 'c', ready: true, restartCount: 0, state: { running: {} } };
const pod = (status: object, spec: object = {}, metadata: object = {}) =>
  rowOf('pods', { metadata, spec: { containers: [container], ...spec }, status }).split(' | ')[0];

describe('columns', () => {
  it('are named as upstream names them', () => {
    expect(namesOf('pods')).to.equal('Name Ready Status Restarts Age IP Node Nominated Node Readiness Gates');
    expect(namesOf('services')).to.equal('Name Type Cluster-IP External-IP Port(s) Age Selector');
    expect(namesOf('deployments.apps')).to.equal('Name Ready Up-to-date Available Age Containers Images Selector');
    expect(namesOf('events')).to.equal('Last Seen Type Reason Object Subobject Source Message First Seen Count Name');
  });

  describe('of pods', () => {
    const at = '2025-12-31T23:55:00Z';
    it('count the ready', () =>
      expect(pod({ phase: 'Running', containerStatuses: [running] })).to.equal('web 1/1 Running 0 60s'));
    it('say what a container waits for', () =>
      expect(
        pod({
          phase: 'Pending',
          containerStatuses: [{ ...running, ready: false, state: { waiting: { reason: 'ImagePullBackOff' } } }],
        }),
      ).to.equal('web 0/1 ImagePullBackOff 0 60s'));
    it('say when it last restarted', () =>
      expect(
        pod({
          phase: 'Running',
          containerStatuses: [
            { ...running, restartCount: 3, lastState: { terminated: { exitCode: 1, finishedAt: at } } },
          ],
        }),
      ).to.equal('web 1/1 Running 3 (5m ago) 60s'));
    it('say how a container ended', () =>
      expect(
        pod({
          phase: 'Failed',
          containerStatuses: [{ ...running, ready: false, state: { terminated: { exitCode: 7 } } }],
        }),
      ).to.equal('web 0/1 ExitCode:7 0 60s'));
    it('say how far the init containers are', () =>
      expect(
        pod(
          { phase: 'Pending', initContainerStatuses: [{ ...running, name: 'i', ready: false }] },
          { initContainers: [{ name: 'i' }, { name: 'j' }] },
        ),
      ).to.equal('web 0/1 Init:0/2 0 60s'));
    it('count an init container that runs beside the others', () =>
      expect(
        pod(
          {
            phase: 'Running',
            conditions: [{ type: 'Initialized', status: 'True' }],
            initContainerStatuses: [{ ...running, name: 'i', started: true }],
            containerStatuses: [running],
          },
          { initContainers: [{ name: 'i', restartPolicy: 'Always' }] },
        ),
      ).to.equal('web 2/2 Running 0 60s'));
    it('say that it is going', () =>
      expect(pod({ phase: 'Running', containerStatuses: [running] }, {}, { deletionTimestamp: at })).to.equal(
        'web 1/1 Terminating 0 60s',
      ));
    it('tell Completed from NotReady while something runs', () =>
      expect(
        pod({
          phase: 'Running',
          containerStatuses: [
            running,
            { ...running, ready: false, state: { terminated: { exitCode: 0, reason: 'Completed' } } },
          ].reverse(),
        }),
      ).to.equal('web 1/1 NotReady 0 60s'));
    it('have <none> for what is not known yet', () =>
      expect(rowOf('pods', { spec: { containers: [] } }).split(' | ')[1]).to.equal('<none> <none> <none> <none>'));
  });

  it('of Services show ports with their node ports', () =>
    expect(
      rowOf('services', {
        spec: {
          type: 'NodePort',
          clusterIPs: ['10.96.0.9'],
          ports: [
            { port: 80, nodePort: 30_080, protocol: 'TCP' },
            { port: 53, protocol: 'UDP' },
          ],
          selector: { b: '2', a: '1' },
        },
      }),
    ).to.equal('web NodePort 10.96.0.9 <none> 80:30080/TCP,53/UDP 60s | a=1,b=2'));

  it('of a LoadBalancer without an address say that it is awaited', () =>
    expect(rowOf('services', { spec: { type: 'LoadBalancer', ports: [] } })).to.equal(
      'web LoadBalancer <none> <pending> <none> 60s | <none>',
    ));

  it('of nodes show roles and whether pods may come', () =>
    expect(
      rowOf('nodes', {
        metadata: { labels: { 'node-role.kubernetes.io/worker': '', 'node-role.kubernetes.io/control-plane': '' } },
        spec: { unschedulable: true },
        status: { conditions: [{ type: 'Ready', status: 'True' }], nodeInfo: { kubeletVersion: 'v1' } },
      }).split(' | ')[0],
    ).to.equal('web Ready,SchedulingDisabled control-plane,worker 60s v1'));

  it('of Endpoints show three, and how many more', () => {
    const addresses = [1, 2, 3, 4, 5].map((n) => ({ ip: `10.0.0.${n}` }));
    expect(rowOf('endpoints', { subsets: [{ addresses, ports: [{ port: 80 }] }] })).to.equal(
      'web 10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 2 more... 60s | ',
    );
    expect(rowOf('endpoints', {})).to.equal('web <none> 60s | ');
  });

  it('of slices say what is not set', () =>
    expect(rowOf('endpointslices.discovery.k8s.io', { addressType: 'IPv4' })).to.equal(
      'web IPv4 <unset> <unset> 60s | ',
    ));

  it('of Deployments show containers, images and selector when wide', () =>
    expect(
      rowOf('deployments.apps', {
        spec: {
          replicas: 3,
          selector: {
            matchLabels: { app: 'web' },
            matchExpressions: [{ key: 'tier', operator: 'In', values: ['b', 'a'] }],
          },
          template: { spec: { containers: [container, { name: 'd', image: 'd:1' }] } },
        },
        status: { readyReplicas: 2, updatedReplicas: 1, availableReplicas: 2 },
      }),
    ).to.equal('web 2/3 1 2 60s | c,d c:1,d:1 app=web,tier in (a,b)'));
});
