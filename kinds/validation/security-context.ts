import { fault } from '../fault.ts';
import type { PodSpec, SecurityContext } from '../schema/api/core-v1.ts';
import { checkId } from '../values/names.ts';
import { checkNumber, checkWord, type Faults, fine, type Unchecked } from './field-checks.ts';
import { type GoMembers, goStruct, plain, pointer } from './go-struct.ts';
import { validateAppArmor, validateSeccomp } from './profile.ts';
import { validateSysctls } from './sysctl.ts';
import { validateWindowsOptions } from './windows.ts';

const profile: GoMembers = { Type: plain('type', ''), LocalhostProfile: pointer('localhostProfile') };

const securityContext: GoMembers = {
  Capabilities: pointer('capabilities', { Add: pointer('add'), Drop: pointer('drop') }),
  Privileged: pointer('privileged'),
  SELinuxOptions: pointer('seLinuxOptions', {
    User: plain('user', ''),
    Role: plain('role', ''),
    Type: plain('type', ''),
    Level: plain('level', ''),
  }),
  WindowsOptions: pointer('windowsOptions', {
    GMSACredentialSpecName: pointer('gmsaCredentialSpecName'),
    GMSACredentialSpec: pointer('gmsaCredentialSpec'),
    RunAsUserName: pointer('runAsUserName'),
    HostProcess: pointer('hostProcess'),
  }),
  RunAsUser: pointer('runAsUser'),
  RunAsGroup: pointer('runAsGroup'),
  RunAsNonRoot: pointer('runAsNonRoot'),
  ReadOnlyRootFilesystem: pointer('readOnlyRootFilesystem'),
  AllowPrivilegeEscalation: pointer('allowPrivilegeEscalation'),
  ProcMount: pointer('procMount'),
  SeccompProfile: pointer('seccompProfile', profile),
  AppArmorProfile: pointer('appArmorProfile', profile),
};

const checkEscalation = (at: string, security: Unchecked<SecurityContext>): Faults => {
  if (security.allowPrivilegeEscalation !== false) return fine;
  const clash = (what: string) =>
    fault.invalid(
      at,
      goStruct(security, securityContext),
      `cannot set \`allowPrivilegeEscalation\` to false and ${what}`,
    );
  const admins = (security.capabilities?.add ?? []).filter((name) => name === 'CAP_SYS_ADMIN');
  return [
    ...(security.privileged ? [clash('`privileged` to true')] : fine),
    ...admins.map(() => clash('`capabilities.Add` CAP_SYS_ADMIN')),
  ];
};

/** What one container may do. `hostUsers`: its users are the node's. */
export const validateSecurityContext = (
  at: string,
  security: Unchecked<SecurityContext> | undefined,
  hostUsers: boolean,
): Faults => {
  if (!security) return fine;
  const { procMount } = security;
  return [
    ...checkNumber(`${at}.runAsUser`, security.runAsUser, checkId),
    ...checkNumber(`${at}.runAsGroup`, security.runAsGroup, checkId),
    ...(procMount === undefined ? fine : checkWord(`${at}.procMount`, procMount, ['Default', 'Unmasked'])),
    ...(procMount === 'Unmasked' && hostUsers
      ? [fault.invalid(`${at}.procMount`, procMount, '`hostUsers` must be false to use `Unmasked`')]
      : fine),
    ...validateSeccomp(`${at}.seccompProfile`, security.seccompProfile),
    ...checkEscalation(at, security),
    ...validateWindowsOptions(`${at}.windowsOptions`, security.windowsOptions),
    ...validateAppArmor(`${at}.appArmorProfile`, security.appArmorProfile),
  ];
};

/** What all containers of a pod may do. */
export const validatePodSecurityContext = (at: string, spec: Unchecked<PodSpec>): Faults => {
  const security = spec.securityContext ?? {};
  const { fsGroupChangePolicy, supplementalGroupsPolicy, seLinuxChangePolicy, supplementalGroups = [] } = security;
  const shared = spec.shareProcessNamespace === true && spec.hostPID === true;
  return [
    ...checkNumber(`${at}.fsGroup`, security.fsGroup, checkId),
    ...checkNumber(`${at}.runAsUser`, security.runAsUser, checkId),
    ...checkNumber(`${at}.runAsGroup`, security.runAsGroup, checkId),
    ...supplementalGroups.flatMap((group, i) => checkNumber(`${at}.supplementalGroups[${i}]`, group, checkId)),
    ...(shared
      ? [fault.invalid(`${at}.shareProcessNamespace`, true, 'ShareProcessNamespace and HostPID cannot both be enabled')]
      : fine),
    ...validateSysctls(`${at}.sysctls`, spec),
    ...(fsGroupChangePolicy === undefined
      ? fine
      : checkWord(`${at}.fsGroupChangePolicy`, fsGroupChangePolicy, ['Always', 'OnRootMismatch'])),
    ...validateSeccomp(`${at}.seccompProfile`, security.seccompProfile),
    ...validateWindowsOptions(`${at}.windowsOptions`, security.windowsOptions),
    ...validateAppArmor(`${at}.appArmorProfile`, security.appArmorProfile),
    ...(supplementalGroupsPolicy === undefined
      ? fine
      : checkWord(`${at}.supplementalGroupsPolicy`, supplementalGroupsPolicy, ['Merge', 'Strict'])),
    ...(seLinuxChangePolicy === undefined
      ? fine
      : // Mounting with a label is a feature that is off in v1.34.
        checkWord(`${at}.seLinuxChangePolicy`, seLinuxChangePolicy, ['Recursive'])),
  ];
};
