import { expect } from 'chai';
import { readFileSync } from 'node:fs';
import { kinds } from '../../kinds/index.ts';
import type { ApiObject } from '../../kinds/object.ts';
import { isRejection } from '../../kinds/rejection.ts';
import { checkValue } from '../../kinds/schema/check.ts';
import { kindRows, typeOf } from '../../kinds/schema/kind-rows.ts';
import { epochMs } from '../support/clock.ts';
import { type Door, type Manifest, openDoor } from '../support/door.ts';

/** What each kind needs at least to be accepted. */
const least: Readonly<Record<string, object>> = {
  pods: { spec: { containers: [{ name: 'c', image: 'c' }] } },
  services: { spec: { ports: [{ port: 80 }] } },
  secrets: { type: 'Opaque' },
  events: { involvedObject: { namespace: 'default', name: 'x', kind: 'Pod' }, reportingComponent: '' },
  'endpointslices.discovery.k8s.io': { addressType: 'IPv4', endpoints: [] },
  'replicasets.apps': {
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'c' }] } },
    },
  },
  'deployments.apps': {
    spec: {
      selector: { matchLabels: { a: 'b' } },
      template: { metadata: { labels: { a: 'b' } }, spec: { containers: [{ name: 'c', image: 'c' }] } },
    },
  },
  'leases.coordination.k8s.io': { spec: {} },
  'priorityclasses.scheduling.k8s.io': { value: 1 },
  'claims.reckon.dev': { spec: { holder: { resource: 'services', namespace: 'default', name: 'x', uid: 'u' } } },
};

const furnished = async (): Promise<Door> => {
  const door = openDoor();
  await door.made('namespaces', '', { metadata: { name: 'default' } });
  await door.made('serviceaccounts', 'default', { metadata: { name: 'default' } });
  return door;
};

describe('rows of kinds', () => {
  const known = new Map(kindRows().map((row) => [`${row.apiVersion}/${row.kind}`, row]));

  for (const kind of kinds.values()) {
    describe(kind.resource, () => {
      const namespace = kind.namespaced ? 'default' : '';
      const ref = { resource: kind.resource, namespace, name: 'web' };

      it('are named as in the schema', function () {
        if (kind.group === 'reckon.dev') this.skip();
        const row = known.get(`${kind.apiVersion}/${kind.kind}`);
        expect(row).to.include({ plural: kind.plural, namespaced: kind.namespaced });
      });

      it('answer an object that says nothing, one way or the other', async () => {
        const door = await furnished();
        // As a client's words come out of the decoder.
        const type = typeOf(kind.apiVersion, kind.kind);
        const said = { apiVersion: kind.apiVersion, kind: kind.kind, metadata: { name: 'web' } };
        const checked = checkValue(type, said, true);
        const outcome = await door.create(
          kind.resource,
          namespace,
          ('object' in checked ? checked.object : {}) as Manifest,
        );
        if (isRejection(outcome)) expect(outcome.rejected).to.equal('Invalid');
        else for (const { cell } of kind.columns) expect(cell(outcome.object, epochMs)).not.to.equal(undefined);
      });

      it('make of the least a whole object, which can be shown, looked up and written again to no effect', async () => {
        const door = await furnished();
        const made = await door.made(kind.resource, namespace, { metadata: { name: 'web' }, ...least[kind.resource] });
        expect(kind.defaults(made)).to.deep.equal(made);
        for (const { cell } of kind.columns) expect(cell(made, epochMs)).not.to.equal(undefined);
        for (const read of Object.values(kind.selectable)) expect(read(made)).to.be.a('string');
        const { length } = await door.story();
        const again = await door.ask(ref, { type: 'Replace', object: JSON.parse(JSON.stringify(made)) as ApiObject });
        expect(isRejection(again), JSON.stringify(again)).to.equal(false);
        expect(await door.story()).to.have.length(length);
      });

      it('tell the same object when the log is read through JSON', async () => {
        const door = await furnished();
        await door.made(kind.resource, namespace, { metadata: { name: 'web' }, ...least[kind.resource] });
        const labelled = await door.merge(ref, { metadata: { labels: { a: 'b' } } });
        expect(isRejection(labelled), JSON.stringify(labelled)).to.equal(false);
        let object: ApiObject | undefined;
        for (const recorded of await door.story())
          if (recorded.ref.resource === kind.resource && recorded.ref.name === 'web')
            object = kind.evolve(object, JSON.parse(JSON.stringify(recorded)) as typeof recorded);
        expect(object).to.deep.equal(door.world.get(ref));
      });
    });
  }

  it('are all in the list', () => {
    const text = readFileSync('kinds/index.ts', 'utf8');
    expect([...kinds.keys()]).to.have.length(Array.from(text.matchAll(/^ {2}\w+,$/gm)).length);
  });
});
