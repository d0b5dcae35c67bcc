import { survivesDamage } from './flips.ts';

describe('embeddedLog, damaged', () => survivesDamage(10));
