import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import type { Deployment } from '../../../kinds/schema/api/apps-v1.ts';
import { interfaceFiles } from '../../../kinds/schema/interfaces.ts';

describe('the generated interfaces', () => {
  for (const [name, text] of interfaceFiles())
    it(`are what the table says: ${name}`, () => {
      const written = readFileSync(new URL(`../../../kinds/schema/api/${name}`, import.meta.url), 'utf8');
      expect(written === text, 'run `node kinds/schema/generate-interfaces.ts`').to.equal(true);
    });

  it('fit a plain object', () => {
    const web: Deployment = {
      metadata: { name: 'web', labels: { app: 'web' } },
      spec: {
        selector: { matchLabels: { app: 'web' } },
        template: { spec: { containers: [{ name: 'web', ports: [{ containerPort: 80, protocol: 'TCP' }] }] } },
        strategy: { rollingUpdate: { maxSurge: '25%', maxUnavailable: 1 } },
      },
    };
    expect(web.spec?.template.spec?.containers[0]?.ports?.[0]?.protocol).to.equal('TCP');
  });
});
