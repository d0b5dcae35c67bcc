import { typeOf } from '../../kinds/schema/kind-rows.ts';
import { type Answer, bodyOf, type Client } from '../client.ts';
import type { Manifest } from '../manifests.ts';
import type { Shown } from '../object-text.ts';
import { UserError } from '../output.ts';
import { pathOf, type Resource } from '../resources.ts';
import { mergePatch } from './apply-patch.ts';
import { lastAppliedOf, withLastApplied } from './last-applied.ts';

/** What applying an object came to. */
export type Applied = 'created' | 'configured' | 'unchanged';

/** The resource that an object is of. */
export const resourceOf = (all: readonly Resource[], { apiVersion, kind }: Manifest): Resource => {
  const found = all.find(
    (one) => one.kind === kind && apiVersion === (one.group === '' ? one.version : `${one.group}/${one.version}`),
  );
  if (found) return found;
  throw new UserError(`The server has no kind "${kind}" in version "${apiVersion}"`);
};

/** The object in the namespace that the command line means; refused when the object says another and so does the command line. */
export const placed = (
  manifest: Manifest,
  resource: Resource,
  namespace: string,
  asked: string | undefined,
): Manifest => {
  const { name, namespace: own } = manifest.metadata;
  if (!resource.namespaced) return manifest;
  if (own === undefined || own === '') return { ...manifest, metadata: { ...manifest.metadata, namespace } };
  if (asked !== undefined && asked !== own)
    throw new UserError(
      `${manifest.kind} "${name}" says namespace "${own}", the command line says "${asked}": they must be the same`,
    );
  return manifest;
};

const query = (dryRun: boolean) => `?fieldManager=reckon-apply&fieldValidation=Strict${dryRun ? '&dryRun=All' : ''}`;

/** Applies one object: makes it, or changes what the manifest says or no longer says. `told` hears what the server warns of. */
export const applyManifest = async (
  client: Client,
  resource: Resource,
  manifest: Manifest,
  { dryRun, told }: { readonly dryRun: boolean; readonly told: (answer: Answer) => void },
): Promise<Applied> => {
  const { name, namespace = '' } = manifest.metadata;
  const wanted = withLastApplied(manifest);
  const path = pathOf(resource, namespace, name);
  const send = async (method: string, to: string, contentType: string, body: unknown): Promise<Answer> => {
    const answer = await client.ask({ method, path: `${to}${query(dryRun)}`, contentType, body: JSON.stringify(body) });
    told(answer);
    return answer;
  };

  const there = await client.ask({ path });
  if (there.code === 404) {
    const made = await send('POST', pathOf(resource, namespace), 'application/json', wanted);
    // Someone else may have made it meanwhile.
    if (made.code !== 409) return bodyOf(made) ? 'created' : 'unchanged';
  }
  const before = bodyOf(there.code === 404 ? await client.ask({ path }) : there) as Shown & {
    readonly metadata: { readonly annotations?: Readonly<Record<string, string>> };
  }; // an object
  const schema = typeOf(manifest.apiVersion, manifest.kind);
  const patch = mergePatch(lastAppliedOf(before), wanted, schema);
  const type = `application/${schema ? 'strategic-merge' : 'merge'}-patch+json`;
  const after = bodyOf(await send('PATCH', path, type, patch)) as Shown; // an object
  return after.metadata.resourceVersion === before.metadata.resourceVersion ? 'unchanged' : 'configured';
};
