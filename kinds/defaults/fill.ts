/** Fills what is absent, zero values stay. The same object when nothing is. */
export const fill = <T extends object>(object: T, defaults: Partial<T>): T => {
  const missing = keysOf(defaults).filter((key) => object[key] === undefined);
  return withValues(object, defaults, missing);
};

/**
 * Fills what is absent, empty or 0: where Go has no pointer, it cannot tell these apart. The same object when nothing is.
 */
export const fillEmpty = <T extends object>(object: T, defaults: Partial<T>): T => {
  const missing = keysOf(defaults).filter((key) => isEmpty(object[key]) && !isEmpty(defaults[key]));
  return withValues(object, defaults, missing);
};

const isEmpty = (value: unknown) => value === undefined || value === '' || value === 0;

// Its own keys are all there is to an object literal of defaults.
const keysOf = <T extends object>(object: Partial<T>) => Object.keys(object) as (keyof T)[];

const withValues = <T extends object>(object: T, defaults: Partial<T>, keys: readonly (keyof T)[]): T => {
  if (keys.length === 0) return object;
  const filled = { ...object };
  for (const key of keys) {
    const value = defaults[key];
    if (value !== undefined) filled[key] = value;
  }
  return filled;
};

/** Fills within one member, if it is there. The same object when nothing changes. */
export const within = <T extends object, K extends keyof T>(
  object: T,
  key: K,
  fillIn: (value: NonNullable<T[K]>) => NonNullable<T[K]>,
): T => {
  const value = object[key];
  if (value === undefined || value === null) return object;
  const filled = fillIn(value);
  return filled === value ? object : { ...object, [key]: filled };
};

/** Fills within each of a list. The same list when nothing changes. */
export const each =
  <E>(fillIn: (element: E) => E) =>
  (list: readonly E[]): readonly E[] => {
    const filled = list.map(fillIn);
    return filled.some((element, i) => element !== list[i]) ? filled : list;
  };

/** One after the other. */
export const inTurn =
  <T>(...fillings: readonly ((value: T) => T)[]) =>
  (value: T): T =>
    fillings.reduce((filled, fillIn) => fillIn(filled), value);
