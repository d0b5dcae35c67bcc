import { expect } from 'chai';
import type { Pod, PodSpec } from '../../../kinds/schema/api/core-v1.ts';
import type { Unchecked } from '../../../kinds/validation/field-checks.ts';
import { textsOfChange } from '../../support/rules.ts';

type Spec = Unchecked<PodSpec>;
const containers = [{ name: 'web', image: 'nginx:1' }];
const podOf = (spec: Spec, annotations: NonNullable<Pod['metadata']>['annotations'] = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'web', namespace: 'shop', annotations },
  spec: { containers, ...spec },
});
const ofChange = (before: Spec, after: Spec) => textsOfChange(podOf(after), podOf(before));
const others =
  'spec: Forbidden: pod updates may not change fields other than `spec.containers[*].image`,`spec.initContainers[*].image`,`spec.activeDeadlineSeconds`,`spec.tolerations` (only additions to existing tolerations),`spec.terminationGracePeriodSeconds` (allow it to be set to 1 if it was previously negative)\n';

describe('A pod that is there', () => {
  it('may get other images', () => {
    expect(
      ofChange({}, { containers: [{ name: 'web', image: 'nginx:2', imagePullPolicy: 'IfNotPresent' }] }),
    ).to.deep.equal([]);
    const init = (image: string) => ({ initContainers: [{ name: 'a', image }] });
    expect(ofChange(init('a:1'), init('a:2'))).to.deep.equal([]);
  });

  it('keeps its containers', () => {
    const two = [...containers, { name: 'b', image: 'b:1' }];
    expect(ofChange({}, { containers: two })).to.deep.equal([
      'spec.containers: Forbidden: pod updates may not add or remove containers',
    ]);
    expect(ofChange({}, { initContainers: [{ name: 'b', image: 'b:1' }] })).to.deep.equal([
      'spec.initContainers: Forbidden: pod updates may not add or remove containers',
    ]);
  });

  it('keeps all else, and is told which fields a change would have touched', () => {
    const after = { hostname: 'x', containers: [{ name: 'web', image: 'nginx:1', command: ['sh'] }] };
    expect(ofChange({ nodeName: 'n1' }, after)).to.deep.equal([
      `${others}spec.nodeName: (nothing)\nspec.containers[0].command: ["sh"]\nspec.hostname: "x"\n`,
    ]);
  });

  it('shortens what it says of long changes', () => {
    const [text = ''] = ofChange({}, { containers: [{ name: 'web', image: 'nginx:1', args: ['x'.repeat(10_000)] }] });
    expect(text).to.have.length.below(1_000);
    expect(text).to.match(/x\.\.\.\n$/);
  });

  it('may get a deadline, and then only a nearer one', () => {
    const at = (activeDeadlineSeconds: number) => ({ activeDeadlineSeconds });
    expect(ofChange({}, at(10))).to.deep.equal([]);
    expect(ofChange(at(10), at(5))).to.deep.equal([]);
    expect(ofChange(at(5), at(10))).to.deep.equal([
      'spec.activeDeadlineSeconds: Invalid value: 10: must be less than or equal to previous value',
    ]);
    expect(ofChange(at(5), {})).to.deep.equal([
      'spec.activeDeadlineSeconds: Invalid value: null: must not update from a positive integer to nil value',
    ]);
  });

  it('may tolerate more, and for another time, but no less', () => {
    const one = { key: 'a', operator: 'Exists', effect: 'NoExecute' };
    expect(ofChange({ tolerations: [one] }, { tolerations: [{ ...one, tolerationSeconds: 5 }] })).to.deep.equal([]);
    expect(ofChange({ tolerations: [one] }, { tolerations: [{ key: 'b', operator: 'Exists' }, one] })).to.deep.equal(
      [],
    );
    expect(ofChange({ tolerations: [one] }, {})).to.deep.equal([
      'spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds',
    ]);
  });

  it('may lose gates, not get them', () => {
    const gated = (...names: string[]) => ({ schedulingGates: names.map((name) => ({ name })) });
    expect(ofChange(gated('a', 'b'), gated('b'))).to.deep.equal([]);
    expect(ofChange(gated('a'), gated('a', 'c'))).to.deep.equal([
      "spec.schedulingGates[1].name: Forbidden: only deletion is allowed, but found new scheduling gate 'c'",
    ]);
  });

  it('may be given narrower places while it is gated', () => {
    const schedulingGates = [{ name: 'a' }];
    const before = { schedulingGates, nodeSelector: { a: 'b' } };
    expect(ofChange(before, { schedulingGates, nodeSelector: { a: 'b', c: 'd' } })).to.deep.equal([]);
    expect(ofChange(before, { schedulingGates, nodeSelector: { c: 'd' } })).to.deep.equal([
      'spec.nodeSelector: Invalid value: {"c":"d"}: only additions to spec.nodeSelector are allowed (no mutations or deletions)',
    ]);
    expect(ofChange({ nodeSelector: { a: 'b' } }, { nodeSelector: { a: 'b', c: 'd' } })[0]).to.contain(others);
  });

  it('may be given narrower terms of its node affinity while it is gated', () => {
    const requirement = (key: string) => ({ key, operator: 'Exists' });
    const within = (...keys: string[]): Spec => ({
      schedulingGates: [{ name: 'a' }],
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: keys.map(requirement) }],
          },
        },
      },
    });
    const at = 'spec.affinity.nodeAffinity.requiredDuringSchedulingIgnoredDuringExecution.nodeSelectorTerms';
    expect(ofChange({ schedulingGates: [{ name: 'a' }] }, within('a'))).to.deep.equal([]);
    expect(ofChange(within('a'), within('a', 'b'))).to.deep.equal([]);
    expect(ofChange(within('a'), within('b'))).to.deep.equal([
      `${at}[0]: Invalid value: {"MatchExpressions":[{"Key":"b","Operator":"Exists","Values":null}],"MatchFields":null}: only additions are allowed (no mutations or deletions)`,
    ]);
    expect(ofChange(within('a'), { schedulingGates: [{ name: 'a' }] })).to.deep.equal([
      `${at}: Invalid value: null: no additions/deletions to non-empty NodeSelectorTerms list are allowed`,
    ]);
  });

  it('keeps the annotations that bind it', () => {
    const armor = 'container.apparmor.security.beta.kubernetes.io/web';
    const ofAnnotations = (before: Record<string, string>, after: Record<string, string>) =>
      textsOfChange(podOf({}, after), podOf({}, before));
    expect(ofAnnotations({ [armor]: 'unconfined' }, { [armor]: 'runtime/default' })).to.deep.equal([
      `metadata.annotations[${armor}]: Forbidden: may not remove or update AppArmor annotations`,
    ]);
    expect(ofAnnotations({}, { [armor]: 'unconfined' })).to.deep.equal([
      `metadata.annotations[${armor}]: Forbidden: may not add AppArmor annotations`,
    ]);
    expect(ofAnnotations({ 'kubernetes.io/config.mirror': 'x' }, {})).to.deep.equal([
      'metadata.annotations[kubernetes.io/config.mirror]: Forbidden: may not remove or update mirror pod annotation',
    ]);
    expect(ofAnnotations({ a: 'b' }, { a: 'c', d: 'e' })).to.deep.equal([]);
  });
});
