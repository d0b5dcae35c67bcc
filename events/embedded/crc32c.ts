/** Row `k` of 256: the checksum of each byte value followed by `k` zero bytes, so that eight bytes are summed at a time. */
const table = new Int32Array(8 * 256);
const cell = (row: number, byte: number) => table[row * 256 + byte] as number; // both are within bounds

for (let byte = 0; byte < 256; byte++) {
  let sum = byte;
  for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >>> 1) ^ 0x82f63b78 : sum >>> 1;
  table[byte] = sum;
}
for (let i = 256; i < table.length; i++) {
  const sum = table[i - 256] as number; // the row above
  table[i] = cell(0, sum & 255) ^ (sum >>> 8);
}

/** CRC-32C (Castagnoli), which LevelDB puts into its files and `node:zlib` does not offer. */
export const crc32c = (bytes: Uint8Array): number => {
  const byte = (i: number) => bytes[i] as number; // asked within bounds only
  let sum = -1;
  let i = 0;
  for (; i + 8 <= bytes.length; i += 8) {
    const word = sum ^ (byte(i) | (byte(i + 1) << 8) | (byte(i + 2) << 16) | (byte(i + 3) << 24));
    sum =
      cell(7, word & 255) ^
      cell(6, (word >>> 8) & 255) ^
      cell(5, (word >>> 16) & 255) ^
      cell(4, word >>> 24) ^
      cell(3, byte(i + 4)) ^
      cell(2, byte(i + 5)) ^
      cell(1, byte(i + 6)) ^
      cell(0, byte(i + 7));
  }
  for (; i < bytes.length; i++) sum = cell(0, (sum ^ byte(i)) & 255) ^ (sum >>> 8);
  return ~sum >>> 0;
};

/** Whether these bytes begin with some that have the checksum asked for. */
export const beginsWithSum = (bytes: Uint8Array, wanted: number): boolean => {
  let sum = -1;
  for (const byte of bytes) {
    sum = cell(0, (sum ^ byte) & 255) ^ (sum >>> 8);
    if (~sum >>> 0 === wanted) return true;
  }
  return false;
};
