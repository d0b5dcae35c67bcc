import type { Container, HTTPGetAction, LifecycleHandler, ObjectFieldSelector, Probe } from '../schema/api/core-v1.ts';
import { pullPolicyOf } from '../values/image-name.ts';
import { each, fillEmpty, inTurn, within } from './fill.ts';
import { defaultResources } from './resources.ts';

export const defaultFieldRef = (fieldRef: ObjectFieldSelector): ObjectFieldSelector =>
  fillEmpty(fieldRef, { apiVersion: 'v1' });

const defaultHttpGet = (action: HTTPGetAction): HTTPGetAction => fillEmpty(action, { path: '/', scheme: 'HTTP' });

const defaultHook = (hook: LifecycleHandler): LifecycleHandler => within(hook, 'httpGet', defaultHttpGet);

const defaultProbe = inTurn<Probe>(
  (probe) => within(probe, 'httpGet', defaultHttpGet),
  (probe) => fillEmpty(probe, { timeoutSeconds: 1, periodSeconds: 10, successThreshold: 1, failureThreshold: 3 }),
);

/** What an ephemeral container has in common with others; the common part of their types. */
export type AnyContainer = Omit<Container, 'restartPolicy'>;

/** Defaults of a container of any sort, beside those that its type declares. */
export const defaultContainer = <C extends AnyContainer>(container: C): C =>
  inTurn<C>(
    (one) =>
      fillEmpty<AnyContainer>(one, {
        imagePullPolicy: pullPolicyOf(one.image ?? ''),
        terminationMessagePath: '/dev/termination-log',
        terminationMessagePolicy: 'File',
        // The generated types are readonly; a default keeps the rest of the container.
      }) as C,
    (one) =>
      within(
        one,
        'env',
        each((entry) => within(entry, 'valueFrom', (from) => within(from, 'fieldRef', defaultFieldRef))),
      ),
    (one) => within(one, 'resources', defaultResources),
    (one) => within(one, 'livenessProbe', defaultProbe),
    (one) => within(one, 'readinessProbe', defaultProbe),
    (one) => within(one, 'startupProbe', defaultProbe),
    (one) =>
      within(
        one,
        'lifecycle',
        inTurn(
          (lifecycle) => within(lifecycle, 'postStart', defaultHook),
          (lifecycle) => within(lifecycle, 'preStop', defaultHook),
        ),
      ),
  )(container);
