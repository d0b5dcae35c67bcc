import { fault } from '../fault.ts';
import type { PodSpec } from '../schema/api/core-v1.ts';
import { type Faults, fine, repeated, type Unchecked } from './field-checks.ts';

const segment = '[a-z0-9]([-_a-z0-9]*[a-z0-9])?';
const sysctlForm = `^(${segment}[\\./])*${segment}$`;
const sysctlRegex = new RegExp(sysctlForm);
const sysctlMax = 253;

/** Kernel settings of the namespaces that a pod may share with its host. */
const ipcNames = new Set([
  'kernel.sem',
  'kernel.shm',
  'kernel.shmall',
  'kernel.shmmax',
  'kernel.shmmni',
  'kernel.shm_rmid_forced',
  'kernel.msg',
  'kernel.msgmax',
  'kernel.msgmnb',
  'kernel.msgmni',
]);

const checkHostSysctl = (at: string, name: string, spec: Unchecked<PodSpec>): Faults => {
  // Where a slash comes before any dot, slashes part the name and dots are part of it.
  const dotted = /^[^.]*\//.test(name) ? name.replaceAll(/[./]/g, (char) => (char === '/' ? '.' : '/')) : name;
  if (spec.hostNetwork && dotted.startsWith('net.'))
    return [fault.invalid(at, name, "may not be specified when 'hostNetwork' is true")];
  if (spec.hostIPC && (ipcNames.has(dotted) || dotted.startsWith('fs.mqueue.')))
    return [fault.invalid(at, name, "may not be specified when 'hostIPC' is true")];
  return fine;
};

const checkName = (at: string, name: string, again: boolean): Faults => {
  if (name === '') return [fault.required(at)];
  if (Buffer.byteLength(name) > sysctlMax || !sysctlRegex.test(name))
    return [fault.invalid(at, name, `must have at most ${sysctlMax} characters and match regex ${sysctlForm}`)];
  return again ? [fault.duplicate(at, name)] : fine;
};

/** The kernel settings that a pod wants. */
export const validateSysctls = (at: string, spec: Unchecked<PodSpec>): Faults => {
  const sysctls = spec.securityContext?.sysctls ?? [];
  const again = new Set(repeated(sysctls, ({ name }) => name ?? ''));
  return sysctls.flatMap(({ name = '' }, i) => [
    ...checkName(`${at}[${i}].name`, name, again.has(i)),
    ...checkHostSysctl(`${at}[${i}].name`, name, spec),
  ]);
};
