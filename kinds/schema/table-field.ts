import type { FieldFacts, PatchStrategy, SchemaType } from './table.ts';

/** `map(a,b)` → `['map', ['a', 'b']]`; `set` → `['set', []]`. */
const cut = (text: string): [string, string[]] => {
  const open = text.indexOf('(');
  return open < 0 ? [text, []] : [text.slice(0, open), text.slice(open + 1, -1).split(',')];
};

/** Reads a field's line: name, protobuf number, type, then facts in any order (see README.md). */
export const parseField = (line: string): { name: string; type: string; facts: FieldFacts } => {
  const [name = '', number = '-', type = '', ...words] = line.split(' ');
  const flags = words.find((word) => /^[oz!D]+$/.test(word)) ?? '';
  const after = (mark: string) => words.find((word) => word.startsWith(mark))?.slice(mark.length);
  const [listType, listKeys] = cut(after('L:') ?? '');
  const [strategy, mergeKeys] = cut(after('P:') ?? '');
  const byDefault = after('=');
  const mapType = after('M:');
  const facts: FieldFacts = {
    number: number === '-' ? 0 : Number(number),
    omitEmpty: flags.includes('o'),
    omitZero: flags.includes('z'),
    required: flags.includes('!'),
    deprecated: flags.includes('D'),
    ...(byDefault !== undefined && { default: JSON.parse(byDefault) as unknown }),
    // The generator writes no other words here (spec/kinds/schema/table.spec.ts reads every line).
    ...(listType && { listType: listType as 'atomic' | 'set' | 'map' }),
    listKeys,
    ...(mapType && { mapType: mapType as 'atomic' | 'granular' }),
    patchStrategy: strategy ? (strategy.split(',') as PatchStrategy[]) : [],
    ...(mergeKeys[0] && { mergeKey: mergeKeys[0] }),
    gates: after('G:')?.split(',') ?? [],
  };
  return { name, type, facts };
};

/** Reads what follows a struct's name. */
export const parseTraits = (line: string): Pick<SchemaType, 'mapType' | 'deprecated' | 'union' | 'protobuf'> => {
  const words = line.split(' ').slice(2);
  const mapType = words.find((word) => word.startsWith('M:'))?.slice(2);
  return {
    ...(mapType && { mapType: mapType as 'atomic' | 'granular' }),
    deprecated: words.includes('D'),
    union: words.includes('union'),
    protobuf: !words.includes('noproto'),
  };
};
