import type { EventLog } from '../../events/log.ts';
import { appendContract } from './log-append.contract.ts';
import { closeContract } from './log-close.contract.ts';
import { readContract } from './log-read.contract.ts';
import { retentionContract } from './log-retention.contract.ts';
import { subscribeContract } from './log-subscribe.contract.ts';

/** What the contract needs of an adapter beside the log itself. */
export interface LogUnderContract {
  /** A fresh, empty log. The contract closes it. */
  open(): Promise<EventLog>;
  /** Opens again what the log closed last held; absent where nothing outlives a close. */
  reopen?: () => Promise<EventLog>;
  /** Lets time pass for the log. */
  pass(ms: number): Promise<void>;
  /** Resolves once retention that is due has taken effect. */
  cut(log: EventLog): Promise<void>;
}

/** What every adapter of {@link EventLog} does. Nothing here needs positions without gaps, or events told at once. */
export const logContract = (adapter: LogUnderContract) => {
  const here: { log: EventLog | undefined } = { log: undefined };
  const log = () => {
    if (!here.log) throw new Error('Cannot use the log: none is open');
    return here.log;
  };
  beforeEach(async () => {
    here.log = await adapter.open();
  });
  afterEach(() => here.log?.close());

  describe('append', () => appendContract(log));
  describe('reading', () => readContract(log, adapter));
  describe('after', () => subscribeContract(log));
  describe('retention', () => retentionContract(log, adapter));
  describe('close', () =>
    closeContract(log, adapter, (reopened) => {
      here.log = reopened;
    }));
};
