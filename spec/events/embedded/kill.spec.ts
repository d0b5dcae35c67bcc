import { survivesKills } from './kills.ts';

describe('embeddedLog, killed', () => survivesKills(20));
