/** As Kubernetes and Docker's images name it. */
export type Architecture = 'amd64' | 'arm64';

/** `e_machine` of an ELF file. */
const machines: Readonly<Record<Architecture, number>> = { amd64: 62, arm64: 183 };

const headerBytes = 64;
const segmentBytes = 56;
const segment = { load: 1, interpreter: 3 };
const magic = Buffer.from([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]); // 64 bits, low byte first, version 1

/** A Linux program without libraries or data: one segment of machine code that begins with its first instruction. */
export const executable = (architecture: Architecture, code: Buffer): Buffer => {
  const address = 0x400000n;
  const codeAt = headerBytes + segmentBytes;
  const file = Buffer.alloc(codeAt + code.length);
  magic.copy(file);
  file.writeUInt16LE(2, 16); // an executable
  file.writeUInt16LE(machines[architecture], 18);
  file.writeUInt32LE(1, 20); // version
  file.writeBigUInt64LE(address + BigInt(codeAt), 24); // where it begins
  file.writeBigUInt64LE(BigInt(headerBytes), 32); // where the segments are told of
  file.writeUInt16LE(headerBytes, 52);
  file.writeUInt16LE(segmentBytes, 54);
  file.writeUInt16LE(1, 56); // so many segments
  file.writeUInt32LE(segment.load, 64);
  file.writeUInt32LE(0b101, 68); // read and execute
  file.writeBigUInt64LE(address, 80);
  file.writeBigUInt64LE(address, 88);
  file.writeBigUInt64LE(BigInt(file.length), 96); // bytes in the file
  file.writeBigUInt64LE(BigInt(file.length), 104); // and in memory
  file.writeBigUInt64LE(0x10000n, 112); // a multiple of every page size
  code.copy(file, codeAt);
  return file;
};

/** What a program file is made for. `dynamic`: it needs a loader and libraries. Undefined when it is no Linux program for a machine we know. */
export const readExecutable = (
  file: Buffer,
): { readonly architecture: Architecture; readonly dynamic: boolean } | undefined => {
  if (file.length < headerBytes || !file.subarray(0, magic.length).equals(magic)) return undefined;
  const machine = file.readUInt16LE(18);
  const architecture = (['amd64', 'arm64'] as const).find((name) => machines[name] === machine);
  if (!architecture) return undefined;
  const at = Number(file.readBigUInt64LE(32));
  const kinds = Array.from({ length: file.readUInt16LE(56) }, (_, i) => file.readUInt32LE(at + i * segmentBytes));
  return { architecture, dynamic: kinds.includes(segment.interpreter) };
};
