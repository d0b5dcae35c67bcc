import { expect } from 'chai';
import { isRejection } from '../../../kinds/rejection.ts';
import type { Service } from '../../../kinds/service.ts';
import { accepted, type Door, openDoor } from '../../support/door.ts';

const ref = (name: string) => ({ resource: 'services', namespace: 'default', name });
const manifest = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { type: 'ClusterIP', ports: [{ port: 80, protocol: 'TCP' }], ...spec },
});
const furnished = async (): Promise<Door> => {
  const door = openDoor();
  await door.made('namespaces', '', { metadata: { name: 'default' } });
  return door;
};
const made = async (door: Door, name: string, spec: object = {}) =>
  (await door.made('services', 'default', manifest(name, spec))) as Service;
const refusal = async (door: Door, name: string, spec: object) => {
  const outcome = await door.create('services', 'default', manifest(name, spec));
  return isRejection(outcome) ? outcome.message : expect.fail('it was accepted');
};
const claims = ({ world }: Door) => world.list('claims.reckon.dev').map(({ metadata }) => metadata.name);

describe('claims of Services', () => {
  it('give an address from the upper part of the range, kept by a claim', async () => {
    const door = await furnished();
    const { spec } = await made(door, 'web');
    expect(spec.clusterIP)
      .to.match(/^10\.96\.\d+\.\d+$/)
      .and.not.match(/^10\.96\.0\./);
    expect(spec).to.deep.include({ clusterIPs: [spec.clusterIP], ipFamilies: ['IPv4'], ipFamilyPolicy: 'SingleStack' });
    expect(claims(door)).to.deep.equal([`clusterip-${spec.clusterIP}`]);
  });

  it('honour an address that is asked for, once', async () => {
    const door = await furnished();
    expect((await made(door, 'dns', { clusterIP: '10.96.0.10' })).spec.clusterIP).to.equal('10.96.0.10');
    expect(await refusal(door, 'other', { clusterIP: '10.96.0.10' })).to.equal(
      'Service "other" is invalid: spec.clusterIPs: Invalid value: ["10.96.0.10"]: failed to allocate IP 10.96.0.10: provided IP is already allocated',
    );
  });

  it('refuse an address that is not theirs to give', async () => {
    const door = await furnished();
    for (const clusterIP of ['10.97.0.1', '10.96.0.0', '10.96.255.255']) {
      expect(await refusal(door, 'web', { clusterIP })).to.equal(
        `Service "web" is invalid: spec.clusterIPs: Invalid value: ["${clusterIP}"]: failed to allocate IP ${clusterIP}: the provided IP (${clusterIP}) is not in the valid range. The range of valid IPs is 10.96.0.0/16`,
      );
    }
  });

  it('give nothing to headless Services and outside names', async () => {
    const door = await furnished();
    const headless = await made(door, 'headless', { clusterIP: 'None' });
    expect(headless.spec).to.deep.include({ clusterIP: 'None', clusterIPs: ['None'] });
    const outside = await made(door, 'outside', {
      type: 'ExternalName',
      externalName: 'example.org',
      ports: undefined,
    });
    expect(outside.spec.clusterIP).to.equal(undefined);
    expect(claims(door)).to.deep.equal([]);
  });

  it('give node ports from the upper part of theirs', async () => {
    const door = await furnished();
    const { spec } = await made(door, 'web', { type: 'NodePort' });
    expect(spec.ports?.[0]?.nodePort).to.be.within(30_086, 32_767);
  });

  it('honour a node port that is asked for, once, whatever the protocol', async () => {
    const door = await furnished();
    await made(door, 'web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080, protocol: 'TCP' }] });
    const asked = { type: 'NodePort', ports: [{ port: 53, nodePort: 30_080, protocol: 'UDP' }] };
    expect(await refusal(door, 'other', asked)).to.equal(
      'Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 30080: provided port is already allocated',
    );
    const outside = { type: 'NodePort', ports: [{ port: 80, nodePort: 80, protocol: 'TCP' }] };
    expect(await refusal(door, 'other', outside)).to.equal(
      'Service "other" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-32767',
    );
  });

  it('give one node port to one number over two protocols', async () => {
    const { spec } = await made(await furnished(), 'dns', {
      type: 'NodePort',
      ports: [
        { name: 'tcp', port: 53, protocol: 'TCP' },
        { name: 'udp', port: 53, protocol: 'UDP' },
      ],
    });
    const [tcp, udp] = (spec.ports ?? []).map(({ nodePort }) => nodePort);
    expect(tcp).to.equal(udp);
  });

  it('take back what a refused command had claimed', async () => {
    const door = await furnished();
    await made(door, 'web', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080, protocol: 'TCP' }] });
    const before = claims(door);
    await refusal(door, 'other', { type: 'NodePort', ports: [{ port: 80, nodePort: 30_080, protocol: 'TCP' }] });
    expect(claims(door)).to.deep.equal(before);
  });

  it('claim nothing for a Service that is refused anyhow', async () => {
    const door = await furnished();
    await made(door, 'web');
    const { length } = await door.story();
    await door.create('services', 'default', manifest('web'));
    expect(await door.story()).to.have.length(length);
  });

  it('claim nothing on a dry run, but say what would be given', async () => {
    const door = await furnished();
    const tried = accepted(await door.create('services', 'default', manifest('web'), { dryRun: true })) as Service;
    expect(tried.spec.clusterIP).to.match(/^10\.96\./);
    expect(claims(door)).to.deep.equal([]);
  });

  it('give a node port when a Service becomes one that needs it, and keep its address', async () => {
    const door = await furnished();
    const before = await made(door, 'web');
    const after = accepted(await door.merge(ref('web'), { spec: { type: 'NodePort' } })) as Service;
    expect(after.spec.clusterIP).to.equal(before.spec.clusterIP);
    expect(after.spec.ports?.[0]?.nodePort).to.be.greaterThan(30_000);
    expect(claims(door)).to.have.length(2);
  });

  it('never let two share, however many ask at once', async () => {
    const door = await furnished();
    const names = Array.from({ length: 40 }, (_, i) => `web-${i}`);
    const all = await Promise.all(names.map((name) => made(door, name, { type: 'NodePort' })));
    expect(new Set(all.map(({ spec }) => spec.clusterIP)).size).to.equal(40);
    expect(new Set(all.map(({ spec }) => spec.ports?.[0]?.nodePort)).size).to.equal(40);
    const asking = names.map((name) =>
      door.create('services', 'default', manifest(`${name}x`, { clusterIP: '10.96.0.99' })),
    );
    expect((await Promise.all(asking)).filter((outcome) => !isRejection(outcome))).to.have.length(1);
  });

  it('hold between two doors on one log', async () => {
    const door = await furnished();
    const other = openDoor(door.clock, door.log);
    const asked = { clusterIP: '10.96.0.99' };
    const outcomes = await Promise.all([
      door.create('services', 'default', manifest('a', asked)),
      other.create('services', 'default', manifest('b', asked)),
    ]);
    expect(outcomes.filter(isRejection)).to.have.length(1);
  });

  it('outlive a restart', async () => {
    const door = await furnished();
    await made(door, 'web', { clusterIP: '10.96.0.7' });
    door.close();
    const again = openDoor(door.clock, door.log);
    expect(await refusal(again, 'other', { clusterIP: '10.96.0.7' })).to.contain('provided IP is already allocated');
  });
});
