#!/usr/bin/env node
// Plain JavaScript, so that an old Node can still read it and say what is wrong.
// As a whole: a name that an old Node does not have would end it before it could say so.
import * as modules from 'node:module';

const least = [22, 18];
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
if (major < least[0] || (major === least[0] && minor < least[1])) {
  process.stderr.write(
    `Reckon needs Node ${least.join('.')} or newer, and this is ${process.version}.\n` +
      'Run "npm ci" in its folder first: it brings its own Node, which "npm start" and "npx reckon" then use.\n',
  );
  process.exit(1);
}
const missing = ['commander', 'classic-level', 'xstate'].filter((name) => {
  try {
    modules.createRequire(import.meta.url).resolve(name);
    return false;
  } catch {
    return true;
  }
});
if (missing.length > 0) {
  process.stderr.write(
    `Reckon is not installed yet: ${missing.join(', ')} cannot be found. Run "npm ci" in its folder first.\n`,
  );
  process.exit(1);
}
await import('./compiled.mjs');
const { main } = await import('./main.ts');
process.exitCode = await main(process.argv.slice(2));
