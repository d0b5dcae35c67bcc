import type { Command } from '../../kinds/command.ts';
import type { Namespace } from '../../kinds/namespace.ts';
import { forbidden, notFound } from '../../kinds/rejection.ts';
import type { Admission } from './admission.ts';

const immortal: ReadonlySet<string> = new Set(['default', 'kube-system', 'kube-public']);

/** Commands that may make an object where there is none. */
const mayMake = ({ type }: Command) => type === 'Create' || type === 'Note';

/** Nothing is made in a namespace that is missing or going, and the first namespaces stay. */
export const namespaceLifecycle: Admission = {
  name: 'NamespaceLifecycle',
  admit: ({ command, kind, before, object, world }) => {
    const { namespace, name } = command.ref;
    if (kind.resource === 'namespaces' && command.type === 'Delete' && immortal.has(name))
      return forbidden(kind, name, 'this namespace may not be deleted');
    if (!kind.namespaced || before || !mayMake(command)) return object;

    const home = world.get<Namespace>({ resource: 'namespaces', namespace: '', name: namespace });
    if (!home) return notFound({ resource: 'namespaces' }, namespace);
    if (home.status?.phase !== 'Terminating') return object;
    const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
    return {
      ...forbidden(kind, name, why),
      causes: [
        {
          reason: 'NamespaceTerminating',
          message: `namespace ${namespace} is being terminated`,
          field: 'metadata.namespace',
        },
      ],
    };
  },
};
