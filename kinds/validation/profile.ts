import { fault } from '../fault.ts';
import type { AppArmorProfile, SeccompProfile } from '../schema/api/core-v1.ts';
import { checkDescendingPath, type Faults, fine, type Unchecked } from './field-checks.ts';

const types = ['Localhost', 'RuntimeDefault', 'Unconfined'];

const checkType = (at: string, type: string | undefined, name: string): Faults => {
  if (!type) return [fault.required(at, `type is required when ${name} is set`)];
  return types.includes(type) ? fine : [fault.notSupported(at, type, types)];
};

/** Which system calls are let through. */
export const validateSeccomp = (at: string, profile: Unchecked<SeccompProfile> | undefined): Faults => {
  if (!profile) return fine;
  const { type, localhostProfile: file } = profile;
  const field = `${at}.localhostProfile`;
  const local =
    type === 'Localhost'
      ? file === undefined
        ? [fault.required(field, 'must be set when seccomp type is Localhost')]
        : checkDescendingPath(field, file)
      : file === undefined
        ? fine
        : // Upstream prints the profile as Go has it.
          [
            fault.invalid(
              field,
              { Type: type ?? '', LocalhostProfile: file },
              'can only be set when seccomp type is Localhost',
            ),
          ];
  return [...checkType(`${at}.type`, type, 'seccompProfile'), ...local];
};

const fileMax = 4_095;
const fileNeeded = 'must be set when AppArmor type is Localhost';

const validateFile = (at: string, file: string | undefined): Faults => {
  if (file === undefined) return [fault.required(at, fileNeeded)];
  return [
    ...(file.trim() === file ? fine : [fault.invalid(at, file, 'must not be padded with whitespace')]),
    ...(file === '' ? [fault.required(at, fileNeeded)] : fine),
    ...(Buffer.byteLength(file) > fileMax ? [fault.tooLong(at, fileMax)] : fine),
  ];
};

/** What AppArmor lets a container do. */
export const validateAppArmor = (at: string, profile: Unchecked<AppArmorProfile> | undefined): Faults => {
  if (!profile) return fine;
  const { type, localhostProfile: file } = profile;
  const field = `${at}.localhostProfile`;
  if (type === 'Localhost') return validateFile(field, file);
  const extra = (type === 'RuntimeDefault' || type === 'Unconfined') && file !== undefined;
  return extra
    ? [fault.invalid(field, file, 'can only be set when AppArmor type is Localhost')]
    : checkType(`${at}.type`, type, 'appArmorProfile');
};
