/** What Go's JSON decoder calls the type of a value. */
export const goTypeOf = (value: unknown): string => {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'boolean' ? 'bool' : typeof value;
};

/** What Go's reflection calls the type that a JSON value is decoded to. */
export const goReflectTypeOf = (value: unknown): string => {
  if (value === null || value === undefined) return '%!s(<nil>)';
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'number') return Number.isInteger(value) ? 'int64' : 'float64';
  return typeof value === 'boolean' ? 'bool' : 'string';
};

/** A JSON value as Go's `%v` prints it: `map[a:1 b:[x y]]`. */
export const goValue = (value: unknown): string => {
  if (value === null || value === undefined) return '<nil>';
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (typeof value === 'string') return value;
  if (typeof value !== 'object') return JSON.stringify(value);
  const members = Object.entries(value).sort(([a], [b]) => Number(a > b) - Number(a < b));
  return `map[${members.map(([name, member]) => `${name}:${goValue(member)}`).join(' ')}]`;
};
