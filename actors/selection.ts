import { exactly, type Labels, type LabelSelector, labelSelector, type Selector } from '../kinds/values/selector.ts';

/** Compiled once per selector object, which versions of one object share. */
const compiled = new WeakMap<object, Selector>();

const compile = <S extends object>(selector: S, how: (selector: S) => Selector): Selector => {
  const known = compiled.get(selector);
  if (known) return known;
  const made = how(selector);
  compiled.set(selector, made);
  return made;
};

/** Whether a workload's selector selects these labels. None selects nothing. */
export const selects = (selector: LabelSelector | undefined, labels: Labels | undefined): boolean =>
  selector !== undefined && compile(selector, labelSelector).matches(labels);

/** Whether a Service's selector selects these labels. None, and an empty one, selects nothing. */
export const servesLabels = (selector: Labels | undefined, labels: Labels | undefined): boolean =>
  selector !== undefined &&
  compile(selector, exactly).requirements.length > 0 &&
  compile(selector, exactly).matches(labels);
