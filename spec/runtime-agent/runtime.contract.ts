import { podsContract } from './pods.contract.ts';
import { nodeUnderTest, type RuntimeBench } from './runtime-bench.ts';
import { streamsContract } from './streams.contract.ts';

/** What every runtime does, whatever it runs on. */
export const runtimeContract = (open: () => Promise<RuntimeBench>): void => {
  const node = nodeUnderTest(open);
  podsContract(node);
  streamsContract(node);
};
