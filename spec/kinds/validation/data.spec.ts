import { expect } from 'chai';
import { textsOf, textsOfChange } from '../../support/rules.ts';

const configMap = (fields: object) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'c', namespace: 'shop' },
  ...fields,
});
const secret = (type: string, texts: Readonly<Record<string, string>> = {}, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name: 's', namespace: 'shop' },
  type,
  data: Object.fromEntries(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text).toString('base64')])),
  ...more,
});
const key =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or 'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";
const sealed = 'Forbidden: field is immutable when `immutable` is set';
const mebibyte = 1024 * 1024;

describe('A ConfigMap', () => {
  it('holds values under keys, each once', () => {
    expect(textsOf(configMap({ data: { a: '1', '..': '2', 'b c': '3' }, binaryData: { a: 'YQ==' } }))).to.deep.equal([
      'data[a]: Invalid value: "a": duplicate of key present in binaryData',
      'data[..]: Invalid value: "..": must not be \'..\'',
      `data[b c]: Invalid value: "b c": ${key}`,
    ]);
  });

  it('holds a mebibyte in all', () => {
    const binaryData = { b: Buffer.alloc(mebibyte - 1).toString('base64') };
    expect(textsOf(configMap({ data: { a: 'x' }, binaryData }))).to.deep.equal([]);
    expect(textsOf(configMap({ data: { a: 'ü' }, binaryData }))).to.deep.equal([
      '[]: Too long: may not be more than 1048576 bytes',
    ]);
  });

  it('stays as it is once it is sealed', () => {
    const before = configMap({ immutable: true, data: { a: '1' } });
    expect(textsOfChange(configMap({ data: { a: '2' }, binaryData: { b: 'YQ==' } }), before)).to.deep.equal([
      `immutable: ${sealed}`,
      `data: ${sealed}`,
      `binaryData: ${sealed}`,
    ]);
    expect(textsOfChange(before, configMap({ data: { a: '2' } }))).to.deep.equal([]);
  });
});

describe('A Secret', () => {
  it('of no known type holds anything', () => {
    expect(textsOf(secret('example.com/x', { a: '1' }))).to.deep.equal([]);
    expect(textsOf(secret('constructor'))).to.deep.equal([]);
  });

  it('of a known type holds what that needs', () => {
    expect(textsOf(secret('kubernetes.io/tls', { 'tls.crt': '' }))).to.deep.equal(['data[tls.key]: Required value']);
    expect(textsOf(secret('kubernetes.io/ssh-auth', { 'ssh-privatekey': '' }))).to.deep.equal([
      'data[ssh-privatekey]: Required value',
    ]);
    expect(textsOf(secret('kubernetes.io/basic-auth'))).to.deep.equal([
      'data[username]: Required value',
      'data[password]: Required value',
    ]);
    expect(textsOf(secret('kubernetes.io/basic-auth', { username: '' }))).to.deep.equal([]);
    expect(textsOf(secret('kubernetes.io/service-account-token'))).to.deep.equal([
      'metadata.annotations[kubernetes.io/service-account.name]: Required value',
    ]);
  });

  it('of registries is JSON, and never shown', () => {
    const of = (text: string) => textsOf(secret('kubernetes.io/dockerconfigjson', { '.dockerconfigjson': text }));
    const wrong = (why: string) => [`data[.dockerconfigjson]: Invalid value: "<secret contents redacted>": ${why}`];
    expect(of('{"auths":{}}')).to.deep.equal([]);
    expect(of('')).to.deep.equal(wrong('unexpected end of JSON input'));
    expect(of('hello')).to.deep.equal(wrong("invalid character 'h' looking for beginning of value"));
    expect(of('[]')).to.deep.equal(wrong('json: cannot unmarshal array into Go value of type map[string]interface {}'));
    expect(of('true')).to.deep.equal(
      wrong('json: cannot unmarshal bool into Go value of type map[string]interface {}'),
    );
  });

  it('keeps its type, and stays as it is once it is sealed', () => {
    const before = secret('Opaque', { a: '1' }, { immutable: true });
    expect(textsOfChange(secret('a/b', { a: '2' }, { immutable: true }), before)).to.deep.equal([
      'type: Invalid value: "a/b": field is immutable',
      `data: ${sealed}`,
    ]);
  });
});
