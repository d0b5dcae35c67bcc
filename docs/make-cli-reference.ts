import { writeFile } from 'node:fs/promises';
import { programFor } from '../cli/main.ts';
import { referenceText } from '../cli/reference-text.ts';
import { ownShell } from '../cli/shell.ts';

await writeFile(new URL('./reference-cli.md', import.meta.url), referenceText(await programFor(ownShell())));
