import { fault } from '../fault.ts';
import type { AppArmorProfile, PodSpec, SeccompProfile } from '../schema/api/core-v1.ts';
import { parseInt64 } from '../values/integer.ts';
import { quote } from '../values/quote.ts';
import type { Labels } from '../values/selector.ts';
import { checkDescendingPath, type Faults, fine, type Unchecked } from './field-checks.ts';
import { containersOf } from './pod-os.ts';

export const mirrorAnnotation = 'kubernetes.io/config.mirror';
const costAnnotation = 'controller.kubernetes.io/pod-deletion-cost';
const podSeccomp = 'seccomp.security.alpha.kubernetes.io/pod';
const containerSeccomp = 'container.seccomp.security.alpha.kubernetes.io/';
export const appArmorPrefix = 'container.apparmor.security.beta.kubernetes.io/';

const int32Max = 2n ** 31n - 1n;

/** What is lost when the pod goes, as a number. Upstream looks only at the first character for a plus or a needless zero. */
const checkCost = (at: string, text: string | undefined): Faults => {
  if (text === undefined) return fine;
  const cost = /^([-1-9]|0$)/.test(text) ? parseInt64(text) : 'invalid syntax';
  const fits = typeof cost === 'bigint' && cost <= int32Max && cost >= -int32Max - 1n;
  return fits ? fine : [fault.invalid(`${at}[${costAnnotation}]`, text, 'must be a 32bit integer')];
};

const checkSeccomp = (at: string, text: string): Faults => {
  if (['runtime/default', 'docker/default', 'unconfined'].includes(text)) return fine;
  if (text.startsWith('localhost/')) return checkDescendingPath(at, text.slice('localhost/'.length));
  return [fault.invalid(at, text, 'must be a valid seccomp profile')];
};

const checkAppArmor = (at: string, key: string, text: string, names: readonly string[]): Faults => {
  const container = key.slice(appArmorPrefix.length);
  const known = ['', 'runtime/default', 'unconfined'].includes(text) || text.startsWith('localhost/');
  return [
    ...(names.includes(container) ? fine : [fault.invalid(`${at}[${key}]`, container, 'container not found')]),
    ...(known ? fine : [fault.invalid(`${at}[${key}]`, text, `invalid AppArmor profile name: ${quote(text)}`)]),
  ];
};

/** Annotations that say something about a pod; `at` is where they stand. */
export const validatePodAnnotations = (at: string, annotations: Labels = {}, spec: Unchecked<PodSpec>): Faults => {
  const entries = Object.entries(annotations);
  const mirror = annotations[mirrorAnnotation];
  const seccomp = annotations[podSeccomp];
  const names = containersOf('', spec).map(([, { name }]) => name ?? '');
  return [
    ...(mirror !== undefined && !spec.nodeName
      ? [fault.invalid(`${at}[${mirrorAnnotation}]`, mirror, 'must set spec.nodeName if mirror pod annotation is set')]
      : fine),
    ...checkCost(at, annotations[costAnnotation]),
    ...(seccomp === undefined ? fine : checkSeccomp(`${at}.${podSeccomp}`, seccomp)),
    ...entries.flatMap(([key, text]) => (key.startsWith(containerSeccomp) ? checkSeccomp(`${at}.${key}`, text) : [])),
    ...entries.flatMap(([key, text]) => (key.startsWith(appArmorPrefix) ? checkAppArmor(at, key, text, names) : [])),
  ];
};

type Profile = Unchecked<SeccompProfile | AppArmorProfile> | undefined;

/** An old annotation against the field that took its place; `words` are the annotation's for each type. */
const checkMatch = (at: string, text: string | undefined, profile: Profile, what: string): Faults => {
  if (text === undefined || !profile) return fine;
  const differs = (name: string, of: string) => [
    fault.forbidden(`${at}.${name}`, `${of} in annotation and field must match`),
  ];
  const words: Readonly<Record<string, readonly string[]>> = {
    Unconfined: ['unconfined'],
    RuntimeDefault: what === 'seccomp' ? ['runtime/default', 'docker/default'] : ['runtime/default'],
  };
  if (profile.type !== 'Localhost')
    return words[profile.type ?? '']?.includes(text) === false ? differs('type', `${what} type`) : fine;
  if (!text.startsWith('localhost/')) return differs('type', `${what} type`);
  return text === `localhost/${profile.localhostProfile}` ? fine : differs('localhostProfile', `${what} profile`);
};

/** Where annotations and fields both say it, they must say the same. `at` is where the spec stands. */
export const validateProfilesMatch = (at: string, annotations: Labels = {}, spec: Unchecked<PodSpec>): Faults => {
  const containers = containersOf(at, spec);
  const security = spec.securityContext;
  const field = `${at}.securityContext.seccompProfile`;
  return [
    ...checkMatch(field, annotations[podSeccomp], security?.seccompProfile, 'seccomp'),
    ...containers.flatMap(([place, { name = '', securityContext }]) =>
      checkMatch(
        `${place}.securityContext.seccompProfile`,
        annotations[`${containerSeccomp}${name}`],
        securityContext?.seccompProfile,
        'seccomp',
      ),
    ),
    ...(spec.os?.name === 'windows' ? [] : containers).flatMap(([place, { name = '', securityContext }]) =>
      checkMatch(
        `${place}.securityContext.appArmorProfile`,
        annotations[`${appArmorPrefix}${name}`],
        securityContext?.appArmorProfile ?? security?.appArmorProfile,
        'apparmor',
      ),
    ),
  ];
};
