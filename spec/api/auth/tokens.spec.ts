import { generateKeyPairSync } from 'node:crypto';
import { expect } from 'chai';
import { createLocalJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify, SignJWT } from 'jose';
import { requestToken } from '../../../api/auth/token-request.ts';
import { serviceAccountTokens } from '../../../api/auth/tokens.ts';
import type { Ref } from '../../../events/event.ts';
import { streamOf } from '../../../events/event.ts';
import type { ApiObject } from '../../../kinds/object.ts';
import { isRejection, statusOf } from '../../../kinds/rejection.ts';
import type { TokenRequest } from '../../../kinds/schema/api/authentication-v1.ts';
import type { World } from '../../../projections/world.ts';
import { countingChance, epochMs, virtualClock } from '../../support/clock.ts';

const key = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
const issuer = 'https://kubernetes.default.svc.cluster.local';
const account: Ref = { resource: 'serviceaccounts', namespace: 'shop', name: 'till' };
const podRef: Ref = { resource: 'pods', namespace: 'shop', name: 'web' };

/** A World of few objects. */
const worldOf = () => {
  const objects = new Map<string, ApiObject>();
  const world: Pick<World, 'get'> = {
    // The spec puts in what it asks for.
    get: ((ref: Ref) => objects.get(streamOf(ref))) as World['get'],
  };
  const put = (ref: Ref, uid: string, more: object = {}, metadata: object = {}) =>
    objects.set(streamOf(ref), {
      apiVersion: 'v1',
      kind: '',
      metadata: {
        name: ref.name,
        namespace: ref.namespace,
        uid,
        resourceVersion: '1',
        creationTimestamp: '',
        ...metadata,
      },
      ...more,
    });
  return { world, put, remove: (ref: Ref) => objects.delete(streamOf(ref)) };
};

const given = () => {
  const clock = virtualClock();
  const known = worldOf();
  known.put(account, 'u-till');
  known.put({ ...account, name: 'other' }, 'u-other');
  known.put(podRef, 'u-web', { spec: { serviceAccountName: 'till', nodeName: 'n1' } });
  known.put({ resource: 'nodes', namespace: '', name: 'n1' }, 'u-n1');
  const tokens = serviceAccountTokens({
    key,
    issuer,
    audience: issuer,
    clock,
    chance: countingChance(),
    world: known.world,
  });
  const ask = (spec: Partial<TokenRequest['spec']> = {}, of = account) =>
    requestToken(known.world, tokens, of, { spec: { audiences: [], ...spec } });
  const granted = async (spec: Partial<TokenRequest['spec']> = {}) => {
    const answer = await ask(spec);
    if (isRejection(answer)) throw new Error(answer.message);
    return { answer, token: answer.status?.token ?? '' };
  };
  return { clock, tokens, ask, granted, ...known };
};
const boundToPod = { boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web', uid: 'u-web' } };

describe('a service account’s token', () => {
  it('names the account, and whoever bears it is that account', async () => {
    const { granted, tokens } = given();
    expect(await tokens.verify((await granted()).token)).to.deep.equal({
      user: 'system:serviceaccount:shop:till',
      groups: ['system:serviceaccounts', 'system:serviceaccounts:shop'],
    });
  });

  it('carries upstream’s claims', async () => {
    const { granted } = given();
    const { token, answer } = await granted({ ...boundToPod, expirationSeconds: 3607 });
    const now = epochMs / 1000;
    expect(decodeJwt(token)).to.deep.equal({
      aud: [issuer],
      exp: now + 3607,
      iat: now,
      iss: issuer,
      jti: '00000000-0000-4000-8000-000000000001',
      'kubernetes.io': {
        namespace: 'shop',
        node: { name: 'n1', uid: 'u-n1' },
        pod: { name: 'web', uid: 'u-web' },
        serviceaccount: { name: 'till', uid: 'u-till' },
      },
      nbf: now,
      sub: 'system:serviceaccount:shop:till',
    });
    expect(answer).to.deep.include({ apiVersion: 'authentication.k8s.io/v1', kind: 'TokenRequest' });
    expect(answer.status?.expirationTimestamp).to.equal('2026-01-01T01:00:07Z');
    expect(answer.spec).to.deep.include({ audiences: [issuer], expirationSeconds: 3607 });
  });

  it('can be checked by others with the published key', async () => {
    const { granted, tokens } = given();
    const { token } = await granted();
    const keys = createLocalJWKSet(await tokens.keySet());
    const { payload } = await jwtVerify(token, keys, { currentDate: new Date(epochMs) });
    expect(payload.sub).to.equal('system:serviceaccount:shop:till');
    expect(decodeProtectedHeader(token)).to.include({ alg: 'ES256' });
    expect((await tokens.keySet()).keys[0]).to.include({ kid: decodeProtectedHeader(token).kid, use: 'sig' });
    expect(JSON.stringify(await tokens.keySet())).not.to.contain('"d"');
  });

  it('ends when its time is over', async () => {
    const { granted, tokens, clock } = given();
    const { token } = await granted({ expirationSeconds: 600 });
    clock.advance(599_999);
    expect(await tokens.verify(token)).not.to.equal(undefined);
    clock.advance(1);
    expect(await tokens.verify(token)).to.equal(undefined);
  });

  it('is good for its audiences only', async () => {
    const { granted, tokens } = given();
    const { token } = await granted({ audiences: ['vault'] });
    expect(await tokens.verify(token)).to.equal(undefined);
    expect((await tokens.verify(token, ['other', 'vault']))?.user).to.equal('system:serviceaccount:shop:till');
  });

  it('ends with its service account, and is not another’s of the same name', async () => {
    const { granted, tokens, put, remove } = given();
    const { token } = await granted();
    put(account, 'u-till-again');
    expect(await tokens.verify(token)).to.equal(undefined);
    remove(account);
    expect(await tokens.verify(token)).to.equal(undefined);
  });

  it('ends with the pod it is bound to, a minute after the pod’s last moment', async () => {
    const { granted, tokens, put, clock } = given();
    const { token } = await granted(boundToPod);
    put(podRef, 'u-web', {}, { deletionTimestamp: '2026-01-01T00:00:30Z' });
    clock.advance(90_000);
    expect(await tokens.verify(token)).not.to.equal(undefined);
    clock.advance(1);
    expect(await tokens.verify(token)).to.equal(undefined);
  });

  it('outlives the node of its pod, but not a node it is bound to', async () => {
    const { granted, tokens, remove } = given();
    const ofPod = await granted(boundToPod);
    const ofNode = await granted({ boundObjectRef: { apiVersion: 'v1', kind: 'Node', name: 'n1' } });
    expect(await tokens.verify(ofNode.token)).not.to.equal(undefined);
    remove({ resource: 'nodes', namespace: '', name: 'n1' });
    expect(await tokens.verify(ofPod.token)).not.to.equal(undefined);
    expect(await tokens.verify(ofNode.token)).to.equal(undefined);
  });

  it('is refused when another key, no key or half a token signs it', async () => {
    const { granted, tokens } = given();
    const { token } = await granted();
    const claims = decodeJwt(token);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const forged = await new SignJWT(claims).setProtectedHeader({ alg: 'ES256' }).sign(stranger);
    const unsigned = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${token.split('.')[1]}.`;
    for (const bad of [forged, unsigned, token.slice(0, -10), 'x', '', 'a.b.c'])
      expect(await tokens.verify(bad), bad).to.equal(undefined);
  });

  it('is refused when it is ours but says other things than we say', async () => {
    const { granted, tokens } = given();
    const claims = decodeJwt((await granted()).token);
    const sign = (change: object) =>
      new SignJWT({ ...claims, ...change }).setProtectedHeader({ alg: 'ES256' }).sign(key);
    for (const change of [
      { iss: 'https://elsewhere' },
      { sub: 'system:serviceaccount:shop:other' },
      { exp: undefined },
      { 'kubernetes.io': undefined },
      { 'kubernetes.io': { namespace: 'shop', serviceaccount: { name: 'till' } } },
      { nbf: epochMs / 1000 + 60 },
    ])
      expect(await tokens.verify(await sign(change)), JSON.stringify(change)).to.equal(undefined);
    expect(await tokens.verify(await sign({}))).not.to.equal(undefined);
  });
});

const refused = async (spec: Partial<TokenRequest['spec']>, of = account) => {
  const answer = await given().ask(spec, of);
  if (!isRejection(answer)) throw new Error('expected a refusal');
  return statusOf(answer);
};
const ref = (more: object) => ({ boundObjectRef: { apiVersion: 'v1', kind: 'Pod', name: 'web', ...more } });

describe('a TokenRequest', () => {
  it('must ask for ten minutes or more, and not for ever', async () => {
    const short = await refused({ expirationSeconds: 599 });
    expect([short.code, short.message]).to.deep.equal([
      422,
      'TokenRequest.authentication.k8s.io "" is invalid: spec.expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    ]);
    expect((await refused({ expirationSeconds: 2 ** 32 + 1 })).message).to.contain('larger than 2^32 seconds');
  });

  it('must be for an account that exists, and bound to an object that exists', async () => {
    expect((await refused({}, { ...account, name: 'nope' })).message).to.equal('serviceaccounts "nope" not found');
    expect((await refused(ref({ name: 'nope' }))).message).to.equal('pods "nope" not found');
  });

  it('must be bound to a pod of that account', async () => {
    const { code, message } = await refused(ref({}), { ...account, name: 'other' });
    expect([code, message]).to.deep.equal([
      400,
      'cannot bind token for serviceaccount "other" to pod running with different serviceaccount name.',
    ]);
  });

  it('must be bound to the object it means, and to one that can be bound', async () => {
    const { code, message } = await refused(ref({ uid: 'older' }));
    expect([code, message]).to.deep.equal([
      409,
      'Operation cannot be fulfilled on Pod "web": the UID in the bound object reference (older) does not match the UID in record. The object might have been deleted and then recreated',
    ]);
    expect((await refused(ref({ apiVersion: 'apps/v1', kind: 'Deployment' }))).message).to.equal(
      'cannot bind token to object of type apps/v1, Kind=Deployment',
    );
  });
});
