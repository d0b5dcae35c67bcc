import { performance } from 'node:perf_hooks';
import Docker from 'dockerode';
import { type Client, bodyOf } from '../cli/client.ts';
import { bridge } from '../cli/network.ts';
import { demoImages } from '../runtime-agent/images/demo.ts';
import { pauseImage } from '../runtime-agent/images/pause.ts';
import { median } from './cluster.ts';
import { tell } from './row.ts';
import { dockerSocket, whileUp } from './up.ts';

const rounds = 15;
const path = '/api/v1/namespaces/default/pods';
const command = ['sleep', '1000'];
const [image] = demoImages;

const pod = (name: string) =>
  JSON.stringify({
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { terminationGracePeriodSeconds: 0, containers: [{ name: 'only', image, command }] },
  });

interface PodEvent {
  readonly type: string;
  readonly object: { readonly status: { readonly phase: string } };
}

/** Resolves once the watch tells of a pod what is asked for. */
const until = (client: Client, name: string, wanted: (event: PodEvent) => boolean): Promise<void> => {
  const over = new AbortController();
  return new Promise((resolve, reject) => {
    let text = '';
    const onChunk = (chunk: Buffer) => {
      const lines = (text + chunk.toString()).split('\n');
      text = lines.pop() ?? '';
      // Each line of a watch is an event.
      if (!lines.some((line) => wanted(JSON.parse(line) as PodEvent))) return;
      resolve();
      over.abort();
    };
    client
      .ask({ path: `${path}?watch=true&fieldSelector=metadata.name%3D${name}`, onChunk, signal: over.signal })
      .catch(reject);
  });
};

/** From the request to the moment at which a watcher hears that the pod is Running, ms. */
const podMs = async (client: Client, name: string): Promise<number> => {
  const running = until(client, name, ({ object }) => object.status.phase === 'Running');
  const begun = performance.now();
  bodyOf(await client.ask({ method: 'POST', path, contentType: 'application/json', body: pod(name) }));
  await running;
  const ms = performance.now() - begun;
  const gone = until(client, name, ({ type }) => type === 'DELETED');
  bodyOf(await client.ask({ method: 'DELETE', path: `${path}/${name}` }));
  await gone;
  return ms;
};

/** The same two containers, asked of Docker without anything of ours, ms. */
const dockerMs = async (docker: Docker, name: string): Promise<number> => {
  const begun = performance.now();
  const sandbox = await docker.createContainer({
    name: `${name}-sandbox`,
    Image: pauseImage,
    HostConfig: { NetworkMode: bridge, IpcMode: 'shareable' },
  });
  await sandbox.start();
  const shared = `container:${sandbox.id}`;
  const only = await docker.createContainer({
    name,
    Image: image,
    Cmd: command,
    HostConfig: { NetworkMode: shared, IpcMode: shared },
  });
  await only.start();
  const ms = performance.now() - begun;
  await only.remove({ force: true });
  await sandbox.remove({ force: true });
  return ms;
};

await whileUp(async ({ client }) => {
  const docker = new Docker({ socketPath: dockerSocket });
  const [ours, alone]: [number[], number[]] = [[], []];
  for (let round = 0; round < rounds; round++) {
    alone.push(await dockerMs(docker, `alone-${round}`));
    ours.push(await podMs(client, `pod-${round}`));
  }
  const baseline = median(alone);
  tell({
    what: 'pod: create to Running',
    figure: median(ours),
    unit: 'ms',
    aim: baseline + 150,
    baseline: { figure: baseline, of: 'Docker alone, the same two containers' },
  });
});
