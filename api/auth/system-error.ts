/** Whether what was thrown is the operating system's error of this code: `ENOENT`, `EEXIST`. */
export const isSystemError = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;
