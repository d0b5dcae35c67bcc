import { expect } from 'chai';
import type { ContainerSpec } from '../../../runtime-agent/container.ts';
import { withheldBy } from '../../../runtime-agent/docker/capabilities.ts';
import { toContainerOptions, toSandboxOptions } from '../../../runtime-agent/docker/create-options.ts';
import { containerIn, podNamed, sandboxFor } from '../runtime-bench.ts';

const ordinary = { withheld: [] };
const poor = { withheld: ['SYS_RESOURCE'] };
const log = { fileBytesMax: 1000, filesMax: 2 };
const web = podNamed('web');

const optionsOf = (change: Partial<ContainerSpec>, limits: { readonly withheld: readonly string[] } = ordinary) =>
  toContainerOptions(containerIn('box', web, change), 'pod', limits, log);

describe('what Docker is asked for', () => {
  it('is the image’s own command unless another is given', () => {
    expect(optionsOf({})).not.to.have.any.keys('Entrypoint', 'Cmd');
    expect(optionsOf({ args: ['b'] }))
      .deep.include({ Cmd: ['b'] })
      .and.not.to.have.property('Entrypoint');
    expect(optionsOf({ command: ['a'], args: ['b'] })).deep.include({ Entrypoint: ['a'], Cmd: ['b'] });
  });

  const shares: readonly (readonly [ContainerSpec['resources'], object])[] = [
    [{}, { CpuShares: 2 }],
    [{ cpuRequestMilli: 1 }, { CpuShares: 2 }],
    [{ cpuRequestMilli: 100 }, { CpuShares: 102 }],
    [
      { cpuRequestMilli: 1500, cpuLimitMilli: 2000 },
      { CpuShares: 1536, CpuPeriod: 100_000, CpuQuota: 200_000 },
    ],
    [{ cpuLimitMilli: 5 }, { CpuShares: 5, CpuQuota: 1000 }],
    [{ memoryLimitBytes: 5e7 }, { Memory: 5e7, MemorySwap: 5e7 }],
  ];
  for (const [resources, options] of shares) {
    it(`is ${JSON.stringify(options)} for ${JSON.stringify(resources)}`, () => {
      expect(optionsOf({ resources }).HostConfig).include(options);
    });
  }

  it('is no quota and no bound on memory without limits', () => {
    expect(optionsOf({}).HostConfig).not.to.have.any.keys('CpuQuota', 'Memory');
  });

  it('is a lower chance to be killed only where the host allows it', () => {
    const resources = { oomScoreAdj: -997 };
    expect(optionsOf({ resources }).HostConfig).include({ OomScoreAdj: -997 });
    expect(optionsOf({ resources }, poor).HostConfig).include({ OomScoreAdj: 0 });
    expect(optionsOf({ resources: { oomScoreAdj: 999 } }, poor).HostConfig).include({ OomScoreAdj: 999 });
  });

  it('is Docker’s own word for privileged only where the host has every capability', () => {
    const privileges = { privileged: true };
    expect(optionsOf({ privileges }).HostConfig).include({ Privileged: true });
    const { Privileged, CapAdd = [] } = optionsOf({ privileges }, poor).HostConfig ?? {};
    expect(Privileged).equal(undefined);
    expect(CapAdd).include('SYS_ADMIN').and.not.include('SYS_RESOURCE').and.not.include('ALL');
  });

  it('is every capability by name where ALL is too much', () => {
    const privileges = { addCapabilities: ['ALL'] };
    expect(optionsOf({ privileges }).HostConfig).deep.include({ CapAdd: ['ALL'] });
    expect(optionsOf({ privileges }, poor).HostConfig?.CapAdd).include('NET_ADMIN').and.not.include('ALL');
  });

  it('is a place in the sandbox', () => {
    expect(optionsOf({ pid: 'pod' }).HostConfig).include({
      NetworkMode: 'container:box',
      IpcMode: 'container:box',
      PidMode: 'container:box',
    });
    expect(toContainerOptions(containerIn('box', web, { pid: 'node' }), 'node', ordinary, log).HostConfig).include({
      IpcMode: 'host',
      PidMode: 'host',
    });
  });

  it('is a sandbox without rights and without a log', () => {
    const { HostConfig, Hostname } = toSandboxOptions(
      sandboxFor(web),
      'pause',
      { name: 'net', address: '10.0.0.2' },
      ordinary,
    );
    expect(Hostname).equal('web');
    expect(HostConfig).deep.include({
      NetworkMode: 'net',
      IpcMode: 'shareable',
      CapDrop: ['ALL'],
      ReadonlyRootfs: true,
      OomScoreAdj: -998,
    });
    expect(HostConfig?.LogConfig?.Type).equal('none');
  });
});

describe('capabilities that a host withholds', () => {
  it('are the empty places in its mask', () => {
    expect(withheldBy('000001ffffffffff', 40)).deep.equal([]);
    expect(withheldBy('000001fffeffffff', 40)).deep.equal(['SYS_RESOURCE']);
    expect(withheldBy('0', 1)).deep.equal(['CHOWN', 'DAC_OVERRIDE']);
  });
});
