import type { Column } from '../kind.ts';
import type { ApiObject } from '../object.ts';
import type { LabelSelector } from '../schema/api/meta-v1.ts';
import type { PodTemplateSpec } from '../schema/api/core-v1.ts';
import { labelSelector } from '../values/selector.ts';
import { none, text } from './column.ts';

/** A selector as clients write it: `app=web,tier in (a,b)`; `<none>` when it selects everything, or nothing. */
const selectorText = (selector: LabelSelector | undefined): string => labelSelector(selector).text || none;

interface Workload extends ApiObject {
  readonly spec: { readonly selector?: LabelSelector; readonly template?: PodTemplateSpec };
}

const containers = ({ spec }: Workload) => spec.template?.spec?.containers ?? [];

/** What `-o wide` adds for whatever makes pods from a template. */
export const workloadColumns: readonly Column<Workload>[] = [
  text(
    'Containers',
    'Names of the containers of the template.',
    (one) =>
      containers(one)
        .map(({ name }) => name)
        .join(','),
    1,
  ),
  text(
    'Images',
    'Images of the containers of the template.',
    (one) =>
      containers(one)
        .map(({ image }) => image ?? '')
        .join(','),
    1,
  ),
  text('Selector', 'Which pods count as its own.', ({ spec }) => selectorText(spec.selector), 1),
];
