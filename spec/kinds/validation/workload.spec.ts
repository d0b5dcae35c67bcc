import { expect } from 'chai';
import type { DeploymentSpec } from '../../../kinds/schema/api/apps-v1.ts';
import type { Unchecked } from '../../../kinds/validation/field-checks.ts';
import { textsOf, textsOfChange } from '../../support/rules.ts';

type Spec = Unchecked<DeploymentSpec>;
const template = {
  metadata: { labels: { app: 'web' } },
  spec: { containers: [{ name: 'web', image: 'nginx:1' }] },
};
const workload = (kind: string, spec: Spec) => ({
  apiVersion: 'apps/v1',
  kind,
  metadata: { name: 'web', namespace: 'shop' },
  spec: { selector: { matchLabels: { app: 'web' } }, template, ...spec },
});
const ofDeployment = (spec: Spec) => textsOf(workload('Deployment', spec));

for (const kind of ['Deployment', 'ReplicaSet'])
  describe(`A ${kind}`, () => {
    const of = (spec: Spec) => textsOf(workload(kind, spec));

    it('selects the pods it makes', () => {
      expect(of({})).to.deep.equal([]);
      expect(of({ selector: { matchLabels: { app: 'db' } } })).to.deep.equal([
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ]);
    });

    it('needs a selector that selects something', () => {
      expect(of({ selector: undefined })).to.deep.equal([
        'spec.selector: Required value',
        'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
      ]);
      expect(of({ selector: {} })).to.deep.equal([
        'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
      ]);
    });

    it('says nothing of the template while its selector is wrong', () => {
      expect(
        of({
          selector: { matchExpressions: [{ operator: 'Is', key: 'app' }], matchLabels: { z: '1', a: '1' } },
          template: {},
        }),
      ).to.deep.equal([
        'spec.selector.matchExpressions[0].operator: Invalid value: "Is": not a valid selector operator',
        'spec.selector: Invalid value: {"matchLabels":{"a":"1","z":"1"},"matchExpressions":[{"key":"app","operator":"Is"}]}: invalid label selector',
      ]);
    });

    it('makes pods that run for ever', () => {
      expect(
        of({ template: { ...template, spec: { ...template.spec, restartPolicy: 'Never', activeDeadlineSeconds: 5 } } }),
      ).to.deep.equal([
        'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
        'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
      ]);
    });

    it('holds its template to the rules of pods', () => {
      expect(of({ template: { ...template, spec: { containers: [{ name: 'web' }] } } })).to.deep.equal([
        'spec.template.spec.containers[0].image: Required value',
      ]);
    });

    it('asks for no fewer pods than none', () => {
      expect(of({ replicas: -1, minReadySeconds: -1 })).to.have.members([
        'spec.replicas: Invalid value: -1: must be greater than or equal to 0',
        'spec.minReadySeconds: Invalid value: -1: must be greater than or equal to 0',
      ]);
    });

    it('keeps its selector, however it is written', () => {
      const before = workload(kind, { selector: { matchLabels: { app: 'web' } } });
      const labels = { app: 'web', b: 'c' };
      const after = workload(kind, {
        selector: { matchLabels: labels },
        template: { ...template, metadata: { labels } },
      });
      expect(textsOfChange(before, before)).to.deep.equal([]);
      expect(textsOfChange(after, before)).to.deep.equal([
        'spec.selector: Invalid value: {"matchLabels":{"app":"web","b":"c"}}: field is immutable',
      ]);
    });
  });

describe('A Deployment', () => {
  it('is replaced at once or step by step', () => {
    expect(ofDeployment({ strategy: { type: 'Recreate' } })).to.deep.equal([]);
    expect(ofDeployment({ strategy: { type: 'Recreate', rollingUpdate: {} } })).to.deep.equal([
      "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'",
    ]);
    expect(ofDeployment({ strategy: { type: 'X' } })).to.deep.equal([
      'spec.strategy: Unsupported value: {"Type":"X","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
    ]);
  });

  it('takes steps that lead somewhere', () => {
    const at = 'spec.strategy.rollingUpdate';
    const rolling = (rollingUpdate: NonNullable<Spec['strategy']>['rollingUpdate']) =>
      ofDeployment({ strategy: { rollingUpdate } });
    expect(rolling({ maxUnavailable: 0, maxSurge: 1 })).to.deep.equal([]);
    expect(rolling({ maxUnavailable: '0%', maxSurge: 0 })).to.deep.equal([
      `${at}.maxUnavailable: Invalid value: "0%": may not be 0 when \`maxSurge\` is 0`,
    ]);
    expect(rolling({ maxUnavailable: '150%', maxSurge: '150%' })).to.deep.equal([
      `${at}.maxUnavailable: Invalid value: "150%": must not be greater than 100%`,
    ]);
    expect(rolling({ maxUnavailable: -1, maxSurge: '1' })).to.deep.equal([
      `${at}.maxUnavailable: Invalid value: -1: must be greater than or equal to 0`,
      `${at}.maxSurge: Invalid value: "1": a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')`,
    ]);
  });

  it('gives up later than pods count as available', () => {
    expect(ofDeployment({ progressDeadlineSeconds: 10, minReadySeconds: 10 })).to.deep.equal([
      'spec.progressDeadlineSeconds: Invalid value: 10: must be greater than minReadySeconds',
    ]);
    expect(ofDeployment({ revisionHistoryLimit: -1 })).to.deep.equal([
      'spec.revisionHistoryLimit: Invalid value: -1: must be greater than or equal to 0',
    ]);
  });
});
