import { mkdirSync, writeFileSync } from 'node:fs';
import { interfaceFiles } from './interfaces.ts';

const folder = new URL('./api/', import.meta.url);
mkdirSync(folder, { recursive: true });
for (const [name, text] of interfaceFiles()) writeFileSync(new URL(name, folder), text);
