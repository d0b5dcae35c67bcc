import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { type Row, tableOf } from './row.ts';

const names = ['events', 'api', 'start', 'idle', 'pods'];

/** Runs one bench in a process of its own, so that none warms up another. Resolves with its exit code. */
const runBench = async (name: string, take: (row: Row) => void): Promise<number> => {
  const child = fork(fileURLToPath(new URL(`${name}.ts`, import.meta.url)), {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    stdio: ['ignore', 2, 2, 'ipc'],
  });
  child.on('message', (row) => take(row as Row)); // only tell sends
  const [code] = (await once(child, 'exit')) as [number | null];
  return code ?? 1;
};

const asked = process.argv.slice(2);
const unknown = asked.filter((name) => !names.includes(name));
if (unknown.length > 0) {
  process.stderr.write(`No bench is called ${unknown.join(', ')}: there are ${names.join(', ')}\n`);
  process.exit(2);
}
const rows: Row[] = [];
for (const name of asked.length > 0 ? asked : names) {
  process.stderr.write(`\n== ${name}\n`);
  const code = await runBench(name, (row) => rows.push(row));
  if (code !== 0) {
    process.stderr.write(`The bench "${name}" ended with ${code}\n`);
    process.exitCode = 1;
  }
}
process.stdout.write(`\n${tableOf(rows)}\n`);
