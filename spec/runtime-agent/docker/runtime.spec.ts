import { Readable } from 'node:stream';
import { realClock } from '../../../events/clock.ts';
import { dockerRuntime } from '../../../runtime-agent/docker/runtime.ts';
import { demoArchive, demoImages } from '../../../runtime-agent/images/demo.ts';
import { specDocker } from '../../support/docker.ts';
import { type RuntimeBench, runtimeContract } from '../runtime.contract.ts';

const log = { fileBytesMax: 1e6, filesMax: 2 };

describe('dockerRuntime', function () {
  this.timeout(60_000);

  before(async () => {
    const { client } = await specDocker();
    const loaded = await client.loadImage(Readable.from([await demoArchive()]));
    loaded.resume();
    await new Promise((resolve) => loaded.once('end', resolve));
  });

  const openBench = async (): Promise<RuntimeBench> => {
    const { socketPath, nextNetwork } = await specDocker();
    const { bridge, cidr } = nextNetwork();
    const runtime = await dockerRuntime({ socketPath, cluster: 'spec', node: bridge, bridge, log, clock: realClock });
    return {
      runtime,
      cidr,
      otherCidr: nextNetwork().cidr,
      image: demoImages[0],
      pass: async () => {},
      close: () => runtime.removeAll(),
    };
  };

  runtimeContract(openBench);
});
