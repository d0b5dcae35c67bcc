import { streamOf } from '../../events/event.ts';
import type { Terminal } from '../output.ts';
import { paintFor } from '../paint.ts';
import { chainFrom } from './chain.ts';
import { byText, deedText, sentenceText } from './deed-text.ts';
import type { Library } from './library.ts';
import type { Lived } from './lived.ts';
import { placementText, waitingText } from './placement-text.ts';
import type { ToldOf } from './told.ts';

/** Events that are told one by one, the newest. */
const toldMax = 30;

/** The life that is asked about: from the last time the object was made. */
const lastLife = (events: readonly ToldOf[]): readonly ToldOf[] =>
  events.slice(
    Math.max(
      events.findLastIndex(({ type }) => type === 'Created'),
      0,
    ),
  );

/** An event that is worth a line. */
interface Deed {
  readonly lived: Lived;
  readonly text: string;
}

const deedsIn = async (library: Library, events: readonly ToldOf[]): Promise<readonly Deed[]> => {
  const all: Deed[] = [];
  for (const told of events) {
    const lived = await library.lived(told);
    const text = deedText(lived);
    if (text !== undefined) all.push({ lived, text });
  }
  return all;
};

/** What the first line is about: the end if there is one, else what someone outside did last, else how it began. */
const chief = (all: readonly Deed[]): Deed | undefined => {
  const typed = (type: string) => all.find(({ lived }) => lived.told.type === type);
  const asked = all.findLast(({ lived }) => lived.told.via === 'api' && lived.told.type !== 'StatusReported');
  return typed('DeletionRequested') ?? typed('Deleted') ?? asked ?? typed('Created') ?? all[0];
};

/** The story in one sentence. */
const shortText = async (library: Library, { lived }: Deed, timeOf: (told: ToldOf) => string): Promise<string> => {
  const first = (await chainFrom(library, lived.told)).at(-1);
  if (!first || first.position === lived.told.position) return `${sentenceText(lived)} at ${timeOf(lived.told)}.`;
  return `${sentenceText(lived)} because ${sentenceText(await library.lived(first))} at ${timeOf(first)}.`;
};

/** The chain behind one event, a line each, nearest first; up to the object's own event, whose causes stand there. */
const becauseLines = async (library: Library, told: ToldOf): Promise<readonly string[]> => {
  const [, ...chain] = await chainFrom(library, told);
  const own = chain.findIndex(({ ref }) => streamOf(ref) === streamOf(told.ref));
  const lines: string[] = [];
  for (const cause of own < 0 ? chain : chain.slice(0, own))
    lines.push(`because ${sentenceText(await library.lived(cause))}`);
  return lines;
};

/** Why an object is as it is, or is no more: in one sentence, then event by event with the causes of each. */
export const whyText = async (
  library: Library,
  terminal: Pick<Terminal, 'colour' | 'columns'>,
  timeOf: (told: ToldOf) => string,
): Promise<string> => {
  const paint = paintFor(terminal);
  const all = await deedsIn(library, lastLife(library.events));
  const main = chief(all);
  if (!main) return 'Nothing is known of it but reports of its status.\n';
  const lines = [paint('bold', await shortText(library, main, timeOf)), ''];
  if (all.length > toldMax) lines.push(`(${all.length - toldMax} earlier events are in "reckon history")`);
  for (const { lived, text } of all.slice(-toldMax)) {
    const time = timeOf(lived.told);
    lines.push(`${time}  ${byText(text, lived)}`);
    for (const line of await becauseLines(library, lived.told))
      lines.push(`${' '.repeat(time.length + 4)}${paint('dim', line)}`);
  }
  const bound = all.findLast(({ lived }) => lived.told.type === 'Bound');
  const newest = library.events.at(-1);
  const where = bound
    ? placementText(bound.lived.told, terminal.columns)
    : waitingText(newest && (await library.lived(newest)));
  return `${lines.join('\n')}\n${where === undefined ? '' : `\n${where}`}`;
};
