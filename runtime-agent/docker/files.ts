/** Undefined instead when there is no such file, or one of `codes`; any other trouble throws. */
export const unlessMissing = async <T>(
  using: Promise<T>,
  codes: readonly string[] = ['ENOENT'],
): Promise<T | undefined> => {
  try {
    return await using;
  } catch (error) {
    if (codes.includes((error as NodeJS.ErrnoException).code ?? '')) return undefined; // what node:fs throws has a code
    throw error;
  }
};
