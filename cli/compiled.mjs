// What Node makes of our files, and of the libraries', is kept from start to start: loading then takes half the time, and
// the compiler that strips types (some 20 MB) is not loaded at all. Where the folder cannot be written, Node does without.
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';

enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/reckon', import.meta.url)));

// Run by itself, by "npm ci": so that the first start is as fast as the second.
if (import.meta.filename === process.argv[1]) {
  await Promise.all(['./verbs/up.ts', './verbs/server.ts', './verbs/agent.ts'].map((file) => import(file)));
  const { loadDocker } = await import('../runtime-agent/docker/library.ts');
  loadDocker();
  await import('../api/auth/certificate.ts');
  process.exit();
}
