import { expect } from 'chai';
import { type Body, type Malformed, readJson } from '../../../kinds/schema/body.ts';
import { check, type Checked, checkValue } from '../../../kinds/schema/check.ts';
import { typeOf } from '../../../kinds/schema/kind-rows.ts';
import { golden } from '../../support/golden.ts';

const sound = (body: Body | Malformed): Body => {
  if ('malformed' in body) throw new Error(body.malformed);
  return body;
};
const checkText = (text: string, report = true): Checked | Malformed => {
  const body = sound(readJson(text));
  return check(typeOf(body.apiVersion, body.kind), body, report);
};
const objectOf = (checked: Checked | Malformed): unknown => {
  if ('malformed' in checked) throw new Error(checked.malformed);
  return checked.object;
};
const deployment = (spec: string) => checkText(`{"apiVersion":"apps/v1","kind":"Deployment","spec":${spec}}`);

/** What is wrong with a Deployment's spec. */
const said = (spec: string) => (deployment(spec) as Malformed).malformed;
const secret = (data: string) => checkText(`{"apiVersion":"v1","kind":"Secret","data":{"a":${JSON.stringify(data)}}}`);
const crd = (items: string) =>
  checkText(
    `{"apiVersion":"apiextensions.k8s.io/v1","kind":"CustomResourceDefinition","spec":{"versions":[{"name":"v1","schema":{"openAPIV3Schema":{"properties":{"a":{"type":"array","items":${items},"additionalProperties":false}}}}}]}}`,
  );

/** Where Go writes null, nothing stands here. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
};

describe('a body held against its type', () => {
  // `errors`: it decodes, and strict decoding says this; `failed`: it does not decode.
  const rows = golden('strict') as readonly { json: string; errors?: string[]; failed?: string }[];
  rows.forEach(({ json, errors, failed }, i) =>
    it(`is judged as upstream judges it, row ${i + 1}`, () => {
      const checked = checkText(json);
      if (failed === undefined) {
        expect(checked).to.have.deep.property('strict', errors);
        expect(objectOf(checkText(json, false))).to.deep.equal(objectOf(checked));
      } else expect(checked).to.deep.equal({ malformed: failed });
    }),
  );

  // Made from upstream's modules: `failed`, or `strict` and the object as Go then writes it.
  const decoded = golden('decode') as readonly { in: string; failed?: string; strict?: string[]; json?: unknown }[];
  decoded.forEach(({ in: text, failed, strict, json }, i) =>
    it(`is decoded as upstream decodes it, row ${i + 1}`, () => {
      const checked = checkText(text);
      if (failed === undefined) expect(checked).to.deep.equal({ strict, object: withoutNulls(json) });
      else expect(checked).to.deep.equal({ malformed: failed });
    }),
  );

  it('stays the same object once it is in its usual form', () => {
    for (const { json, failed } of rows) {
      if (failed !== undefined) continue;
      const { apiVersion, kind } = sound(readJson(json));
      const object = objectOf(checkText(json));
      expect(objectOf(checkValue(typeOf(apiVersion, kind), object, true))).to.equal(object);
    }
  });

  it('says what JSON value stands where Go has another', () => {
    expect(said('{"replicas":"3"}')).to.equal(
      'json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
    expect(said('{"replicas":1.0}')).to.equal(
      'json: cannot unmarshal number 1.0 into Go struct field DeploymentSpec.spec.replicas of type int32',
    );
    expect(said('{"replicas":3000000000}')).to.match(/cannot unmarshal number 3000000000 .* of type int32$/);
    expect(said('{"strategy":{"rollingUpdate":{"maxSurge":true}}}')).to.equal(
      'json: cannot unmarshal bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32',
    );
    expect(said('{"template":{"metadata":{"creationTimestamp":5}}}')).to.equal(
      'json: cannot unmarshal number into Go struct field ObjectMeta.spec.template.metadata.creationTimestamp of type string',
    );
    expect(said('{"template":{"metadata":{"creationTimestamp":"soon"}}}')).to.equal(
      'parsing time "soon" as "2006-01-02T15:04:05Z07:00": cannot parse "soon" as "2006"',
    );
  });

  it('reports the first mismatch, unless a type that reads itself ends the reading later', () => {
    const quantity = '"template":{"spec":{"containers":[{"resources":{"limits":{"cpu":"lots"}}}]}}';
    expect(deployment(`{"replicas":"3","paused":1}`)).to.have.property('malformed').that.includes('spec.replicas');
    expect(deployment(`{"replicas":"3",${quantity}}`))
      .to.have.property('malformed')
      .that.includes('quantities must match');
  });

  it('tells bytes that are not base64', () => {
    expect(secret('aGk')).to.deep.equal({ malformed: 'illegal base64 data at input byte 0' });
    expect(secret('aG-=')).to.deep.equal({ malformed: 'illegal base64 data at input byte 2' });
    expect(secret('aGk=\naGk=')).to.deep.equal({ malformed: 'illegal base64 data at input byte 5' });
    expect(objectOf(secret('aG\nk='))).to.have.deep.property('data', { a: 'aGk=' });
  });

  it('prunes what the type does not have and says so only when asked', () => {
    const text = '{"apiVersion":"v1","kind":"ConfigMap","data":{"a":"b"},"dta":{"c":[{"d":1}]}}';
    expect(checkText(text, true)).to.have.deep.property('strict', ['unknown field "dta"']);
    expect(checkText(text, false)).to.have.deep.property('strict', []);
    expect(objectOf(checkText(text))).to.deep.equal({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: {},
      data: { a: 'b' },
    });
  });

  it('shares what it does not have to change', () => {
    const type = typeOf('v1', 'ConfigMap');
    const value = { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, data: { a: 'b' }, extra: 1 };
    const object = objectOf(checkValue(type, value, false)) as typeof value;
    expect(object).to.not.have.property('extra');
    expect(object.metadata).to.equal(value.metadata);
    expect(object.data).to.equal(value.data);
  });

  it('gives an object the form in which upstream writes it', () => {
    const pod = {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', labels: {}, creationTimestamp: null, annotations: { a: null }, finalizers: [] },
      spec: {
        containers: [
          { name: 'c', resources: { limits: { cpu: 0.5, memory: '1024Mi' } }, args: ['a', null], stdin: false },
          null,
        ],
        hostNetwork: false,
        terminationGracePeriodSeconds: 0,
        volumes: [{ name: 'v', emptyDir: {} }],
      },
      status: { startTime: '2026-01-01T02:00:00.5+02:00' },
    };
    expect(objectOf(checkValue(typeOf('v1', 'Pod'), pod, true))).to.deep.equal({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: { name: 'p', annotations: { a: '' } },
      spec: {
        containers: [
          { name: 'c', resources: { limits: { cpu: '500m', memory: '1Gi' } }, args: ['a', ''] },
          { name: '', resources: {} },
        ],
        terminationGracePeriodSeconds: 0,
        volumes: [{ name: 'v', emptyDir: {} }],
      },
      status: { startTime: '2026-01-01T00:00:00Z' },
    });
  });

  it('keeps keys that JavaScript treats in its own way', () => {
    const text = '{"apiVersion":"v1","kind":"ConfigMap","data":{"__proto__":"a","constructor":"b","10":null,"9":"c"}}';
    const { data } = objectOf(checkText(text)) as { data: object };
    expect(Object.entries(data)).to.have.deep.members([
      ['__proto__', 'a'],
      ['constructor', 'b'],
      ['10', ''],
      ['9', 'c'],
    ]);
    expect(Object.getPrototypeOf(data)).to.equal(Object.prototype);
  });

  it('finds keys that stand twice in custom resources', () => {
    const text = '{"apiVersion":"example.com/v1","kind":"Thing","spec":{"a":1,"b":[{"c":1,"c":2}],"a":2}}';
    expect(checkText(text)).to.have.deep.property('strict', [
      'duplicate field "spec.b[0].c"',
      'duplicate field "spec.a"',
    ]);
  });

  it('reads the union types of CRDs, without strictness, as upstream does', () => {
    expect(crd('{"type":"string","what":1}')).to.have.deep.property('strict', []);
    expect(JSON.stringify(objectOf(crd('[{"type":"string","what":1}]')))).to.include('"items":[{"type":"string"}]');
    expect(crd('{"type":5}')).to.deep.equal({
      malformed:
        'json: cannot unmarshal number into Go struct field JSONSchemaProps.spec.versions.schema.openAPIV3Schema.properties.items of type string',
    });
  });
});
