import { expect } from 'chai';
import { withDeclaredDefaults } from '../../../kinds/schema/declared-defaults.ts';
import { structType } from '../../../kinds/schema/table.ts';

const probe = (grpc: object) => ({ spec: { containers: [{ name: 'c', livenessProbe: { grpc } }] } });

describe('declared defaults', () => {
  const pod = structType('core/v1', 'Pod');

  it('stand where nobody set a field, and share the rest', () => {
    const web = { name: 'web', ports: [{ containerPort: 80 }, { containerPort: 53, protocol: 'UDP' }] };
    const object = {
      metadata: { name: 'p' },
      spec: { containers: [web, { name: 'other' }], volumes: [{ name: 'd', azureDisk: { readOnly: true } }] },
    };
    const filled = withDeclaredDefaults(pod, object);
    expect(filled).to.deep.equal({
      metadata: { name: 'p' },
      spec: {
        containers: [
          {
            name: 'web',
            ports: [
              { containerPort: 80, protocol: 'TCP' },
              { containerPort: 53, protocol: 'UDP' },
            ],
          },
          { name: 'other' },
        ],
        volumes: [
          { name: 'd', azureDisk: { readOnly: true, cachingMode: 'ReadWrite', fsType: 'ext4', kind: 'Shared' } },
        ],
      },
    });
    expect(filled.metadata).to.equal(object.metadata);
    expect(filled.spec.containers[1]).to.equal(object.spec.containers[1]);
    expect(withDeclaredDefaults(pod, filled)).to.equal(filled);
  });

  it('leave a zero value of a pointer, and take an empty text for missing', () => {
    expect(withDeclaredDefaults(pod, probe({ port: 1 }))).to.deep.equal(probe({ port: 1, service: '' }));
    const service = structType('core/v1', 'Service');
    expect(withDeclaredDefaults(service, { spec: { ports: [{ port: 1, protocol: '' }] } })).to.deep.equal({
      spec: { ports: [{ port: 1, protocol: 'TCP' }] },
    });
  });
});
