import type { Scalar } from '../table.ts';
import { packageTexts } from '../table-text.ts';

/** `k8s.io/api/apps/v1` → `io.k8s.api.apps.v1`. */
const reversed = (path: string): string => {
  const [domain = '', ...rest] = path.split('/');
  return [...domain.split('.').reverse(), ...rest].join('.');
};

/** A type's name in OpenAPI documents: `apps/v1.Deployment` → `io.k8s.api.apps.v1.Deployment`. */
export const openApiName = (id: string): string => {
  const dot = id.lastIndexOf('.');
  const home = packageTexts().get(id.slice(0, dot));
  if (!home) throw new Error(`OpenAPI: no package of ${id}`);
  return `${reversed(home.path)}${id.slice(dot)}`;
};

const [machinery, crds] = ['io.k8s.apimachinery.pkg', 'io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1'];

/** Scalars that are types of their own there. */
export const scalarNames: { readonly [S in Scalar]?: string } = {
  Time: `${machinery}.apis.meta.v1.Time`,
  MicroTime: `${machinery}.apis.meta.v1.MicroTime`,
  Duration: `${machinery}.apis.meta.v1.Duration`,
  FieldsV1: `${machinery}.apis.meta.v1.FieldsV1`,
  Quantity: `${machinery}.api.resource.Quantity`,
  IntOrString: `${machinery}.util.intstr.IntOrString`,
  RawExtension: `${machinery}.runtime.RawExtension`,
  JSON: `${crds}.JSON`,
  JSONSchemaPropsOrArray: `${crds}.JSONSchemaPropsOrArray`,
  JSONSchemaPropsOrBool: `${crds}.JSONSchemaPropsOrBool`,
  JSONSchemaPropsOrStringArray: `${crds}.JSONSchemaPropsOrStringArray`,
};

/** The body of any patch; no Go type stands behind it. */
export const patchName = `${machinery}.apis.meta.v1.Patch`;
