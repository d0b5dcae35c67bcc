import { crc32 } from 'node:zlib';
import { type Event, type Identity, type Recorded, refOf } from '../event.ts';
import type { Retention } from '../log.ts';

/**
 * What the embedded log holds at each position, as text: eight hexadecimal digits of CRC-32, then JSON. The key is the
 * position in sixteen digits, so that the order of keys is the order of positions.
 */
export type Entry = EventEntry | GapEntry;

/** An event, its place in its stream's chain of events, and how long it is kept. */
export type EventEntry = readonly [
  position: number,
  revision: number,
  at: number,
  /** Position of the stream's event before this one; 0 when there is none. */
  previous: number,
  /** Position of the stream's newest event before this one whose revision is a multiple of {@link stride}; 0: none. */
  milestone: number,
  /** Age in ms it is kept for at most; 0: for ever; -1: until the next of its stream. */
  kept: number,
  stream: string,
  command: string,
  /** JSON of who asked and through what, as text because few differ and are parsed once. */
  who: string,
  causes: readonly number[],
  event: Event,
];

/** Retention let go of everything from `position` to `to`. Neighbouring gaps are joined, so kept events bound their count. */
export type GapEntry = readonly [position: number, to: number, at: number, toAt: number];

/** Every stream can be walked back in steps of so many revisions. */
export const stride = 64;

/** Who asked, by the text that says so. */
const whosMax = 1000;
const whos = new Map<string, Pick<Recorded['origin'], 'by' | 'via' | 'manager'>>();

export const isGap = (entry: Entry): entry is GapEntry => entry.length === 4;

/** The last position an entry stands for. */
export const endOf = (entry: Entry): number => (isGap(entry) ? entry[1] : entry[0]);
/** When the last event that an entry stands for was recorded. */
export const timeOf = (entry: Entry): number => (isGap(entry) ? entry[3] : entry[2]);

export const keyOf = (position: number): string => String(position).padStart(16, '0');

export const numberOf = (retention: Retention): number => {
  if (retention === 'forever') return 0;
  return retention === 'newest' ? -1 : retention.ageMsMax;
};

export const whoOf = ({ by: { user, groups }, via, manager }: Recorded['origin']): string =>
  JSON.stringify([user, groups, via, manager]);

const readWho = (text: string) => {
  const known = whos.get(text);
  if (known) return known;
  const [user, groups, via, manager] = JSON.parse(text) as [string, Identity['groups'], string, string];
  const who = { by: { user, groups }, via, manager };
  if (whos.size === whosMax) whos.clear();
  whos.set(text, who);
  return who;
};

export const encode = (entry: Entry): Buffer => {
  const text = JSON.stringify(entry);
  const bytes = Buffer.allocUnsafe(Buffer.byteLength(text) + 8);
  bytes.write(text, 8);
  bytes.write(crc32(bytes.subarray(8)).toString(16).padStart(8, '0'), 0, 'latin1');
  return bytes;
};

/** The entry in a text; undefined when the text is not what was written. */
export const decode = (text: string): Entry | undefined => {
  const json = text.slice(8);
  if (crc32(json) !== Number.parseInt(text.slice(0, 8), 16)) return undefined;
  return JSON.parse(json) as Entry; // its checksum says that encode wrote it
};

export const recordedOf = (entry: EventEntry): Recorded => {
  const { by, via, manager } = readWho(entry[8]);
  return {
    ref: refOf(entry[6]),
    event: entry[10],
    position: entry[0],
    revision: entry[1],
    at: entry[2],
    origin: { command: entry[7], by, via, manager, causes: entry[9] },
  };
};
