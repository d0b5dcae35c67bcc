import { type EmbeddedLog, openEmbeddedLog } from '../../../events/embedded/log.ts';
import { freshDirectories } from '../directories.ts';
import { logContract } from '../log.contract.ts';
import { wanderingClock } from '../wandering-clock.ts';

/** No spec here expects anything to go wrong in the background. */
const report = (what: string, error?: unknown) => {
  throw new Error(what, { cause: error });
};

describe('embeddedLog', () => {
  const clock = wanderingClock();
  const fresh = freshDirectories();
  let directory: string;
  const open = () => openEmbeddedLog({ directory, clock, report });

  logContract({
    open: () => {
      directory = fresh();
      return open();
    },
    reopen: open,
    pass: async (ms) => clock.pass(ms),
    cut: (log) => (log as EmbeddedLog).sweep(), // open made it
  });
});
