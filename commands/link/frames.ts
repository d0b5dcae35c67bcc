/** Which of a call's byte streams a binary frame belongs to. */
export const channels = { stdin: 0, stdout: 1, stderr: 2 } as const;
export type Channel = (typeof channels)[keyof typeof channels];

/** Bytes of a call that one end may send before the other has said that it took them: flow control per channel. */
export const windowBytes = 256 * 1024;
/** Largest payload of one frame. */
export const payloadBytesMax = 32 * 1024;

/** A binary frame: bytes of one channel, its end, or how many bytes the other end has taken. */
export type Frame =
  | { readonly call: number; readonly channel: Channel; readonly type: 'data'; readonly payload: Uint8Array }
  | { readonly call: number; readonly channel: Channel; readonly type: 'end' }
  | { readonly call: number; readonly channel: Channel; readonly type: 'taken'; readonly bytes: number };

const headerBytes = 6;
const kinds = ['data', 'end', 'taken'] as const;

/** Layout: call (u32), channel (u8), kind (u8: 0 data, 1 end, 2 taken), then the payload, or for `taken` a u32. Big-endian. */
export const encodeFrame = (frame: Frame): Uint8Array => {
  const tail = frame.type === 'data' ? frame.payload.length : frame.type === 'taken' ? 4 : 0;
  const bytes = new Uint8Array(headerBytes + tail);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, frame.call);
  view.setUint8(4, frame.channel);
  view.setUint8(5, kinds.indexOf(frame.type));
  if (frame.type === 'data') bytes.set(frame.payload, headerBytes);
  if (frame.type === 'taken') view.setUint32(headerBytes, frame.bytes);
  return bytes;
};

/** The inverse of {@link encodeFrame}; `undefined` for bytes that are no frame. The payload shares the memory of `bytes`. */
export const decodeFrame = (bytes: Uint8Array): Frame | undefined => {
  if (bytes.length < headerBytes) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const call = view.getUint32(0);
  const channel = view.getUint8(4);
  const type = kinds[view.getUint8(5)];
  if (type === undefined || channel > channels.stderr) return undefined;
  const place = { call, channel: channel as Channel }; // checked above
  if (type === 'data') return { ...place, type, payload: bytes.subarray(headerBytes) };
  if (type === 'end') return { ...place, type };
  return bytes.length === headerBytes + 4 ? { ...place, type, bytes: view.getUint32(headerBytes) } : undefined;
};
