import { readFile } from 'node:fs/promises';
import { unlessMissing } from './files.ts';

/** Linux's capabilities, each at the place of its bit (linux/capability.h). Docker 20.10 refuses the three that came after. */
const names = `
  CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE
  NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN
  SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE
  MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ
`
  .trim()
  .split(/\s+/);

/** What no process of this host can have: a virtual machine or a container around it may withhold some. */
export interface HostLimits {
  /** Capabilities that nobody here has; empty on an ordinary machine. */
  readonly withheld: readonly string[];
}

/** The capabilities outside of `bounding`, a mask in hexadecimal as in `/proc/1/status`. Those that the kernel does not know are not counted. */
export const withheldBy = (bounding: string, lastCapability: number): readonly string[] => {
  const mask = BigInt(`0x${bounding}`);
  return names.filter((_, bit) => bit <= lastCapability && ((mask >> BigInt(bit)) & 1n) === 0n);
};

/** Reads what process 1 may ever have, since Docker's daemon has no more. Where there is no `/proc`, Docker is elsewhere and nothing is known. */
export const readHostLimits = async (): Promise<HostLimits> => {
  const status = await unlessMissing(readFile('/proc/1/status', 'utf8'));
  const last = await unlessMissing(readFile('/proc/sys/kernel/cap_last_cap', 'utf8'));
  const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status ?? '')?.[1];
  return { withheld: bounding && last ? withheldBy(bounding, Number(last)) : [] };
};

/** All that a process of this host can have. */
export const everyCapability = ({ withheld }: HostLimits): string[] => names.filter((name) => !withheld.includes(name));
