import { expect } from 'chai';
import { openApi, type SpecApi } from '../support/api.ts';

const shop = { apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'shop' } };
const cm = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name },
  data: { k: 'v' },
  ...more,
});
const path = '/api/v1/namespaces/shop/configmaps';

describe('the verbs of the API', () => {
  let api: SpecApi;
  beforeEach(async () => {
    api = await openApi();
    await api.post('/api/v1/namespaces', shop);
  });
  afterEach(async () => {
    await api.close();
    expect(api.troubles).to.deep.equal([]);
  });

  it('make an object and answer it as it now is', async () => {
    const made = await api.post(path, cm('a'));
    expect(made.code).to.equal(201);
    expect(made.headers['content-type']).to.equal('application/json');
    const { metadata, ...content } = made.json();
    expect(content).to.deep.equal({ apiVersion: 'v1', kind: 'ConfigMap', data: { k: 'v' } });
    expect(metadata).to.include({ name: 'a', namespace: 'shop', creationTimestamp: '2026-01-01T00:00:00Z' });
    expect(metadata?.['uid']).to.match(/^[0-9a-f-]{36}$/);
    expect((await api.get(`${path}/a`)).text).to.equal(made.text);
  });
});
