import { expect } from 'chai';
import { admissions } from '../../../commands/admission/index.ts';
import { isRejection } from '../../../kinds/rejection.ts';
import type { Pod } from '../../../kinds/pod.ts';
import { accepted, type Door, type Manifest, openDoor } from '../../support/door.ts';

const web: Manifest = { metadata: { name: 'web' }, spec: { containers: [{ name: 'web', image: 'web:1' }] } };
const withSpec = (spec: object): Manifest => ({ ...web, spec: { ...(web['spec'] as object), ...spec } });
const ref = (resource: string, namespace: string, name: string) => ({ resource, namespace, name });

/** A door with a namespace `default` and its account. */
const furnished = async (): Promise<Door> => {
  const door = openDoor();
  await door.made('namespaces', '', { metadata: { name: 'default' } });
  await door.made('serviceaccounts', 'default', { metadata: { name: 'default' } });
  return door;
};
const madePod = async (door: Door, manifest: Manifest = web) => (await door.made('pods', 'default', manifest)) as Pod;

describe('gates', () => {
  it('stand in the order of upstream', () =>
    expect(admissions.map(({ name }) => name)).to.deep.equal([
      'NamespaceLifecycle',
      'ServiceAccount',
      'TaintNodesByCondition',
      'Priority',
      'DefaultTolerationSeconds',
    ]));

  it('are asked on a dry run too, and nothing is recorded', async () => {
    const door = await furnished();
    const { length } = await door.story();
    const tried = accepted(await door.create('pods', 'default', web, { dryRun: true })) as Pod;
    expect(tried.spec.serviceAccountName).to.equal('default');
    expect(await door.story()).to.have.length(length);
  });

  describe('NamespaceLifecycle', () => {
    it('refuses what is made where no namespace is', async () =>
      expect(await openDoor().create('pods', 'nope', web)).to.deep.include({
        rejected: 'NotFound',
        message: 'namespaces "nope" not found',
      }));

    it('refuses what is made where a namespace is going', async () => {
      const door = await furnished();
      await door.made('namespaces', '', { metadata: { name: 'shop' } });
      await door.remove(ref('namespaces', '', 'shop'));
      expect(await door.create('pods', 'shop', web)).to.deep.include({
        rejected: 'Forbidden',
        message:
          'pods "web" is forbidden: unable to create new content in namespace shop because it is being terminated',
        causes: [
          {
            reason: 'NamespaceTerminating',
            message: 'namespace shop is being terminated',
            field: 'metadata.namespace',
          },
        ],
      });
    });

    it('lets nobody delete the first namespaces', async () => {
      const door = await furnished();
      expect(await door.remove(ref('namespaces', '', 'default'))).to.deep.include({
        rejected: 'Forbidden',
        message: 'namespaces "default" is forbidden: this namespace may not be deleted',
      });
    });
  });

  describe('ServiceAccount', () => {
    it('refuses a pod whose account is missing', async () => {
      const door = await furnished();
      expect(await door.create('pods', 'default', withSpec({ serviceAccountName: 'nobody' }))).to.deep.include({
        rejected: 'Forbidden',
        message:
          'pods "web" is forbidden: error looking up service account default/nobody: serviceaccount "nobody" not found',
      });
    });

    it('mounts the token of the account in every container', async () => {
      const { spec } = await madePod(await furnished(), withSpec({ initContainers: [{ name: 'init', image: 'i:1' }] }));
      const [volume] = spec.volumes ?? [];
      expect(volume?.name).to.match(/^kube-api-access-[bcdfghjklmnpqrstvwxz2456789]{5}$/);
      const sources = volume?.projected?.sources?.map((source) => Object.keys(source)[0]);
      expect(sources).to.deep.equal(['serviceAccountToken', 'configMap', 'downwardAPI']);
      for (const { volumeMounts } of [...spec.containers, ...(spec.initContainers ?? [])]) {
        expect(volumeMounts).to.deep.equal([
          { name: volume?.name, readOnly: true, mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' },
        ]);
      }
    });

    it('leaves alone what already mounts something there', async () => {
      const volumeMounts = [{ name: 'own', mountPath: '/var/run/secrets/kubernetes.io/serviceaccount' }];
      const spec = {
        volumes: [{ name: 'own', emptyDir: {} }],
        containers: [{ name: 'web', image: 'web:1', volumeMounts }],
      };
      const pod = await madePod(await furnished(), { ...web, spec });
      expect(pod.spec.volumes).to.have.length(1);
    });

    it('mounts nothing when pod or account say so, the pod first', async () => {
      const door = await furnished();
      await door.made('serviceaccounts', 'default', {
        metadata: { name: 'bare' },
        automountServiceAccountToken: false,
      });
      const spec = { serviceAccountName: 'bare' };
      expect((await madePod(door, withSpec(spec))).spec.volumes).to.equal(undefined);
      const other = { ...withSpec({ ...spec, automountServiceAccountToken: true }), metadata: { name: 'other' } };
      expect((await madePod(door, other)).spec.volumes).to.have.length(1);
    });

    it("hands on the account's pull secrets to a pod that names none", async () => {
      const door = await furnished();
      await door.made('serviceaccounts', 'default', {
        metadata: { name: 'puller' },
        imagePullSecrets: [{ name: 'key' }],
      });
      const pod = await madePod(door, withSpec({ serviceAccountName: 'puller' }));
      expect(pod.spec.imagePullSecrets).to.deep.equal([{ name: 'key' }]);
    });
  });

  describe('Priority', () => {
    it('gives a pod the priority of its class', async () => {
      const door = await furnished();
      await door.made('priorityclasses.scheduling.k8s.io', '', { metadata: { name: 'high' }, value: 1_000 });
      const { spec } = await madePod(door, withSpec({ priorityClassName: 'high' }));
      expect(spec).to.include({ priority: 1_000, preemptionPolicy: 'PreemptLowerPriority' });
    });

    it('gives 0 to a pod without a class, unless one is the default', async () => {
      const door = await furnished();
      expect((await madePod(door)).spec).to.include({ priority: 0 });
      await door.made('priorityclasses.scheduling.k8s.io', '', {
        metadata: { name: 'usual' },
        value: 5,
        globalDefault: true,
      });
      const { spec } = await madePod(door, { ...web, metadata: { name: 'other' } });
      expect(spec).to.include({ priority: 5, priorityClassName: 'usual' });
    });

    it('refuses a class that is not there, and a number made up', async () => {
      const door = await furnished();
      expect(await door.create('pods', 'default', withSpec({ priorityClassName: 'nope' }))).to.deep.include({
        message: 'pods "web" is forbidden: no PriorityClass with name nope was found',
      });
      expect(await door.create('pods', 'default', withSpec({ priority: 7 }))).to.deep.include({
        message:
          'pods "web" is forbidden: the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
      });
    });

    it('lets one class be the default', async () => {
      const door = await furnished();
      const classOf = (name: string) => ({ metadata: { name }, value: 1, globalDefault: true });
      await door.made('priorityclasses.scheduling.k8s.io', '', classOf('a'));
      const second = await door.create('priorityclasses.scheduling.k8s.io', '', classOf('b'));
      expect(isRejection(second) && second.message).to.contain('PriorityClass a is already marked as default');
    });
  });

  describe('DefaultTolerationSeconds', () => {
    it('gives a pod five minutes on a troubled node', async () => {
      const { spec } = await madePod(await furnished());
      expect(spec.tolerations).to.deep.equal(
        ['not-ready', 'unreachable'].map((trouble) => ({
          key: `node.kubernetes.io/${trouble}`,
          operator: 'Exists',
          effect: 'NoExecute',
          tolerationSeconds: 300,
        })),
      );
    });

    it('adds nothing to a pod that tolerates everything', async () => {
      const all = [{ operator: 'Exists' }];
      expect((await madePod(await furnished(), withSpec({ tolerations: all }))).spec.tolerations).to.deep.equal(all);
    });
  });

  it('TaintNodesByCondition keeps pods from a node that was not seen ready yet', async () => {
    const node = await openDoor().made('nodes', '', { metadata: { name: 'a' } });
    expect(node).to.deep.nested.include({
      'spec.taints': [{ key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }],
    });
  });
});
