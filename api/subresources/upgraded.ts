import { upgradeRequired } from '../streams/remote-command.ts';
import type { Verb } from '../visit.ts';

/** Exec, attach and port-forward over plain HTTP: they need a connection of their own, see `upgrades.ts`. */
export const upgraded: Verb = () => upgradeRequired();
