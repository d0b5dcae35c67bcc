import type { NetworkInterfaceInfo } from 'node:os';
import { expect } from 'chai';
import type { Authority, Credential } from '../../../api/auth/authority.ts';
import { keepServing, servingNames } from '../../../api/auth/serving-names.ts';
import { settled, virtualClock } from '../../support/clock.ts';

const at = (address: string): NetworkInterfaceInfo => ({
  address,
  netmask: '',
  family: 'IPv4',
  mac: '',
  internal: false,
  cidr: null,
});

describe('the names that the server is certified for', () => {
  it('are those pods use, this host’s and its addresses, each once', () => {
    const interfaces = {
      lo: [at('127.0.0.1'), at('::1')],
      eth0: [at('192.168.1.7'), at('2001:db8::7')],
      gone: undefined,
    };
    expect(servingNames({ name: 'box', interfaces }, '10.96.0.1')).to.deep.equal([
      'localhost',
      'kubernetes',
      'kubernetes.default',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
      'box',
      '127.0.0.1',
      '::1',
      '10.96.0.1',
      '192.168.1.7',
      '2001:db8::7',
    ]);
  });

  it('leave out what is good on one link only, and host names that are none', () => {
    const interfaces = { veth0: [at('fe80::1'), at('169.254.3.4')] };
    for (const name of ['', 'my box', '-x', 'a'.repeat(64)])
      expect(servingNames({ name, interfaces }, '10.96.0.1')).to.have.length(8);
  });

  it('stay within a bound on a host with a thousand addresses', () => {
    const interfaces = { eth0: Array.from({ length: 1000 }, (_, i) => at(`10.1.${i >> 8}.${i & 255}`)) };
    expect(servingNames({ name: 'box', interfaces }, '10.96.0.1')).to.have.length(256);
  });
});

describe('keeping the serving certificate', () => {
  const started: Credential = { certificate: 'first', key: '' };
  const given = (serving: Authority['serving']) => {
    const clock = virtualClock();
    const renewed: string[] = [];
    const errors: unknown[] = [];
    const stop = keepServing({
      authority: { certificate: '', serving } as unknown as Authority, // only serving is asked
      credential: started,
      names: () => ['localhost'],
      clock,
      everyMs: 60_000,
      onRenewed: ({ certificate }) => renewed.push(certificate),
      onError: (error) => errors.push(error),
    });
    const pass = async (ms: number) => {
      clock.advance(ms);
      await settled();
    };
    return { renewed, errors, stop, pass };
  };

  it('tells of a new one once', async () => {
    let certificate = 'first';
    const { renewed, pass, stop } = given(async () => ({ certificate, key: '' }));
    await pass(60_000);
    expect(renewed).to.deep.equal([]);
    certificate = 'second';
    await pass(59_999);
    expect(renewed).to.deep.equal([]);
    await pass(1);
    await pass(60_000);
    expect(renewed).to.deep.equal(['second']);
    stop();
    certificate = 'third';
    await pass(120_000);
    expect(renewed).to.deep.equal(['second']);
  });

  it('reports a failed look and looks again', async () => {
    let looks = 0;
    const { errors, renewed, pass, stop } = given(async () => {
      if (++looks === 1) throw new Error('disk full');
      return { certificate: 'second', key: '' };
    });
    await pass(60_000);
    await pass(60_000);
    expect(errors).to.have.length(1);
    expect(renewed).to.deep.equal(['second']);
    stop();
  });
});
