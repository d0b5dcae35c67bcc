import { expect } from 'chai';
import { adminIdentity, nodeIdentity } from '../../../api/auth/authority.ts';
import { anonymous } from '../../../api/auth/authenticate.ts';
import { type Asked, authorizeByGroup, nodeOf } from '../../../api/auth/authorize.ts';
import type { Identity } from '../../../events/event.ts';
import { statusOf } from '../../../kinds/rejection.ts';

const bob: Identity = { user: 'bob', groups: ['system:authenticated'] };
const node: Identity = { ...nodeIdentity('n1'), groups: ['system:nodes', 'system:authenticated'] };
const list: Asked = { verb: 'list', resource: 'pods', subresource: '', namespace: 'default', name: '' };
const get = (path: string): Asked => ({ verb: 'get', path });
const message = (who: Identity, asked: Asked) => authorizeByGroup(who, asked)?.message;

describe('authorizing by group', () => {
  it('lets system:masters do everything', () => {
    for (const asked of [list, get('/metrics'), { ...list, verb: 'delete', resource: 'nodes', namespace: '' }])
      expect(authorizeByGroup(adminIdentity, asked)).to.equal(undefined);
  });

  it('lets everybody see health and version, and nobody but the authenticated discovery', () => {
    for (const path of ['/healthz', '/livez', '/readyz', '/version'])
      expect(message(anonymous, get(path))).to.equal(undefined);
    for (const path of ['/api', '/apis', '/apis/apps/v1', '/openapi/v3', '/openapi/v3/apis/apps/v1']) {
      expect(message(bob, get(path))).to.equal(undefined);
      expect(message(anonymous, get(path))).to.equal(`forbidden: User "system:anonymous" cannot get path "${path}"`);
    }
    expect(message(bob, { verb: 'post', path: '/version' })).to.equal(
      'forbidden: User "bob" cannot post path "/version"',
    );
    expect(message(bob, get('/apiserver'))).to.equal('forbidden: User "bob" cannot get path "/apiserver"');
    expect(message(bob, get('/healthz/etcd'))).to.equal('forbidden: User "bob" cannot get path "/healthz/etcd"');
  });

  it('refuses in upstream’s words', () => {
    expect(message(bob, list)).to.equal(
      'pods is forbidden: User "bob" cannot list resource "pods" in API group "" in the namespace "default"',
    );
    expect(
      message(bob, { verb: 'get', resource: 'deployments.apps', subresource: 'scale', namespace: 'a', name: 'web' }),
    ).to.equal(
      'deployments.apps "web" is forbidden: User "bob" cannot get resource "deployments/scale" in API group "apps" in the namespace "a"',
    );
    expect(message(bob, { ...list, resource: 'nodes', namespace: '' })).to.equal(
      'nodes is forbidden: User "bob" cannot list resource "nodes" in API group "" at the cluster scope',
    );
    expect(message({ user: 'a"b', groups: [] }, get('/x'))).to.equal('forbidden: User "a\\"b" cannot get path "/x"');
  });

  it('answers the Status that upstream answers', () => {
    const refused = authorizeByGroup(bob, { ...list, verb: 'get', name: 'p' });
    expect(refused && statusOf(refused)).to.deep.include({
      reason: 'Forbidden',
      code: 403,
      details: { name: 'p', kind: 'pods' },
    });
    const ofPath = authorizeByGroup(bob, get('/x'));
    expect(ofPath && statusOf(ofPath)).to.deep.include({ reason: 'Forbidden', code: 403, details: {} });
  });

  it('lets everyone authenticated ask about themselves', () => {
    const asked = { ...list, verb: 'create', resource: 'selfsubjectaccessreviews.authorization.k8s.io', namespace: '' };
    expect(authorizeByGroup(bob, asked)).to.equal(undefined);
    expect(message(anonymous, asked)).to.match(/^selfsubjectaccessreviews\.authorization\.k8s\.io is forbidden: /);
  });

  it('gives an agent its link and nothing else', () => {
    expect(message(node, get('/reckon/agent'))).to.equal(undefined);
    expect(message(bob, get('/reckon/agent'))).to.equal('forbidden: User "bob" cannot get path "/reckon/agent"');
    expect(message(node, { ...list, verb: 'get', resource: 'secrets', name: 's' })).to.equal(
      'secrets "s" is forbidden: User "system:node:n1" cannot get resource "secrets" in API group "" in the namespace "default"',
    );
  });

  it('takes for an agent only who has both the name and the group', () => {
    expect(nodeOf(node)).to.equal('n1');
    expect(nodeOf({ user: 'system:node:n1', groups: [] })).to.equal(undefined);
    expect(nodeOf({ user: 'bob', groups: ['system:nodes'] })).to.equal(undefined);
    expect(nodeOf({ user: 'system:node:', groups: ['system:nodes'] })).to.equal(undefined);
  });
});
