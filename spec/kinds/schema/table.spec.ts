import { expect } from 'chai';
import { kindRows, typeOf } from '../../../kinds/schema/kind-rows.ts';
import { declaredType, structType } from '../../../kinds/schema/table.ts';
import { packageTexts } from '../../../kinds/schema/table-text.ts';

describe('the schema table', () => {
  it('links every line of every package', () => {
    let fields = 0;
    for (const home of packageTexts().values())
      for (const [name, lines] of home.types) {
        const type = declaredType(home.id, name);
        if (!type) throw new Error(`${home.id}.${name} is gone`);
        if ('type' in type) continue;
        expect(type.members).to.have.length(lines.length - 1);
        for (const field of type.fields.values()) {
          fields++;
          expect(field.name).to.match(/^[A-Za-z$][A-Za-z0-9-]*$/);
          expect(field.number).to.satisfy((n: number) => Number.isInteger(n) && n >= 0);
          expect(field.listType ?? 'set').to.be.oneOf(['atomic', 'set', 'map']);
          expect(field.listKeys.length > 0, field.name).to.equal(field.listType === 'map');
          expect(field.mapType ?? 'atomic').to.be.oneOf(['atomic', 'granular']);
          for (const strategy of field.patchStrategy) expect(strategy).to.be.oneOf(['merge', 'replace', 'retainKeys']);
        }
      }
    expect(fields).to.be.greaterThan(3000);
  });

  it('knows what a field is in each of the forms it takes', () => {
    const replicas = structType('apps/v1', 'DeploymentSpec').fields.get('replicas');
    expect(replicas?.type).to.deep.equal({ form: 'scalar', scalar: 'int32', pointer: true });
    expect(replicas).to.include({ number: 1, omitEmpty: true, required: false });
    const ports = structType('core/v1', 'Container').fields.get('ports');
    expect(ports).to.deep.include({ listType: 'map', listKeys: ['containerPort', 'protocol'] });
    expect(ports).to.deep.include({ patchStrategy: ['merge'], mergeKey: 'containerPort' });
    const protocol = structType('core/v1', 'ContainerPort').fields.get('protocol');
    expect(protocol?.default).to.equal('TCP');
    expect(protocol?.type.alias).to.deep.include({ name: 'Protocol', enum: ['SCTP', 'TCP', 'UDP'] });
    const limits = structType('core/v1', 'ResourceRequirements').fields.get('limits')?.type;
    if (limits?.form !== 'map') throw new Error('limits is a map');
    expect(limits.alias?.id).to.equal('core/v1.ResourceList');
    expect(limits.keys?.name).to.equal('ResourceName');
    expect(limits.of).to.include({ scalar: 'Quantity' });
  });

  it('shows the fields of embedded structs among the others, and keeps them apart for protobuf', () => {
    const volume = structType('core/v1', 'Volume');
    expect(volume.fields.get('configMap')?.number).to.equal(19);
    expect(volume.members).to.have.length(2);
    expect(volume.members[1]).to.include({ number: 2, struct: structType('core/v1', 'VolumeSource') });
  });

  it('finds a type by what a body says it is', () => {
    expect(typeOf('apps/v1', 'Deployment')?.id).to.equal('apps/v1.Deployment');
    expect(typeOf('v1', 'PodList')?.id).to.equal('core/v1.PodList');
    expect(typeOf('apps/v1', 'DeleteOptions')?.id).to.equal('meta/v1.DeleteOptions');
    expect(typeOf('meta.k8s.io/v1', 'Table')?.protobuf).to.equal(false);
    expect(typeOf('v1', 'ObjectReference')).to.equal(undefined);
    expect(typeOf('apps/v1', 'Pod')).to.equal(undefined);
    expect(typeOf('example.com/v1', 'Deployment')).to.equal(undefined);
  });

  it('knows where a kind is served', () => {
    const deployment = kindRows().find((row) => row.apiVersion === 'apps/v1' && row.kind === 'Deployment');
    expect(deployment).to.deep.include({ plural: 'deployments', namespaced: true, listKind: 'DeploymentList' });
    expect(deployment?.subresources).to.deep.equal([
      { name: 'scale', type: 'autoscaling/v1.Scale' },
      { name: 'status' },
    ]);
    const review = kindRows().find((row) => row.kind === 'TokenReview');
    expect(review).to.deep.include({ onlyVerbs: ['create'], subresources: [], namespaced: false });
    for (const row of kindRows())
      expect(typeOf(row.apiVersion, row.kind), `${row.apiVersion} ${row.kind}`).to.not.equal(undefined);
  });
});
