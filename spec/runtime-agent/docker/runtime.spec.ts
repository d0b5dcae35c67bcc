import { demoImages } from '../../../runtime-agent/images/demo.ts';
import { specDocker } from '../../support/docker.ts';
import { runtimeContract } from '../runtime.contract.ts';
import type { RuntimeBench } from '../runtime-bench.ts';
import { loadDemo, openNode } from './bench.ts';

const openBench = async (): Promise<RuntimeBench> => {
  const { runtime, cidr } = await openNode();
  const { nextNetwork } = await specDocker();
  return {
    runtime,
    cidr,
    otherCidr: nextNetwork().cidr,
    image: demoImages[0],
    pass: async () => {},
    close: () => runtime.removeAll(),
  };
};

describe('dockerRuntime', function () {
  this.timeout(60_000);
  before(loadDemo);

  runtimeContract(openBench);
});
