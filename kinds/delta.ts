/** One step from a state to the next: what now stands at a JSON pointer, or (without a value) that nothing does. */
export type Step = readonly [pointer: string, value: unknown] | readonly [pointer: string];
/** What changed between two states of one object; lossless, in the order to apply it. Empty when nothing did. */
export type Delta = readonly Step[];

type Fields = Readonly<Record<string, unknown>>;
const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const escape = (key: string) => (/[~/]/.test(key) ? key.replaceAll('~', '~0').replaceAll('/', '~1') : key);
const unescape = (key: string) => (key.includes('~') ? key.replaceAll('~1', '/').replaceAll('~0', '~') : key);

const collect = (before: unknown, after: unknown, pointer: string, steps: Step[]): void => {
  if (before === after) return;
  if (isFields(before) && isFields(after)) {
    for (const key in before) if (!(key in after)) steps.push([`${pointer}/${escape(key)}`]);
    for (const key in after) {
      const place = `${pointer}/${escape(key)}`;
      if (key in before) collect(before[key], after[key], place, steps);
      else steps.push([place, after[key]]);
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (let i = 0; i < after.length; i++) collect(before[i], after[i], `${pointer}/${i}`, steps);
  } else {
    steps.push([pointer, after]);
  }
};

/** What turns `before` into `after`. Lists of one length are compared item by item, others are replaced whole. */
export const deltaBetween = (before: unknown, after: unknown): Delta => {
  const steps: Step[] = [];
  collect(before, after, '', steps);
  return steps;
};

const stepTo = (state: unknown, keys: readonly string[], depth: number, step: Step): unknown => {
  if (depth === keys.length) return step[1];
  const key = unescape(keys[depth] ?? '');
  if (Array.isArray(state)) {
    const index = Number(key);
    if (!Number.isInteger(index) || index < 0 || index >= state.length) {
      throw new Error(`Cannot apply the delta at "${step[0]}": the list holds ${state.length} items`);
    }
    return state.with(index, stepTo(state[index], keys, depth + 1, step));
  }
  if (!isFields(state)) throw new Error(`Cannot apply the delta at "${step[0]}": there is no object to change`);
  if (depth === keys.length - 1 && step.length === 1) {
    const { [key]: _gone, ...rest } = state;
    return rest;
  }
  return { ...state, [key]: stepTo(state[key], keys, depth + 1, step) };
};

/** The state after `delta`. What did not change is shared with `before`. Throws when the delta does not fit. */
export const applyDelta = <State>(before: State, delta: Delta): State => {
  let state: unknown = before;
  for (const step of delta) state = stepTo(state, step[0] === '' ? [] : step[0].slice(1).split('/'), 0, step);
  return state as State; // a delta is made between two states of one type
};
