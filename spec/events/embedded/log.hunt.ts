import { survivesDamage } from './flips.ts';
import { livesLikeMemory } from './histories.ts';
import { survivesKills } from './kills.ts';

describe('embeddedLog, hunted', () => {
  describe('killed', () => survivesKills(200));
  describe('damaged', () => survivesDamage(200));
  describe('lived with', () => livesLikeMemory(200));
});
