/** A member of one of Go's structs: its name in JSON, what Go prints when it is absent, its own members, or its items', if it has some. */
export interface GoMember {
  readonly json: string;
  readonly absent: unknown;
  readonly members?: GoMembers;
}
/** By Go's name, in Go's order. */
export type GoMembers = Readonly<Record<string, GoMember>>;

/** A member that Go prints as null when it is absent. */
export const pointer = (json: string, members?: GoMembers): GoMember => ({
  json,
  absent: null,
  ...(members && { members }),
});

/** A member that Go prints as its zero value when it is absent. */
export const plain = (json: string, absent: unknown): GoMember => ({ json, absent });

const shown = (value: unknown, members: GoMembers): unknown => {
  if (Array.isArray(value)) return value.map((item) => shown(item, members));
  return typeof value === 'object' && value !== null ? goStruct(value, members) : value;
};

/**
 * An object as upstream shows it in some messages: by the names that its own sources use, with everything that is absent. `value` is
 * an object of the API.
 */
export const goStruct = (value: object, members: GoMembers): Readonly<Record<string, unknown>> => {
  const fields = new Map<string, unknown>(Object.entries(value));
  const entries = Object.entries(members).map(([name, { json, absent, members: inner }]) => {
    const field = fields.get(json) ?? absent;
    return [name, inner ? shown(field, inner) : field];
  });
  return Object.fromEntries(entries) as Readonly<Record<string, unknown>>;
};
