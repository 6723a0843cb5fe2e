/** What a command found or did: a line or a table for people, the value itself for programs. */
export const report = {
  /** Prints a value as JSON, or the lines for people. */
  result(value: unknown, lines: readonly string[], json: boolean): void {
    process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
  },

  /** Prints an error to standard error; with `--json` as a problem with its code. */
  error(error: unknown, json: boolean): void {
    const known = isProblem(error);
    const message = error instanceof Error ? error.message : String(error);
    if (json) {
      process.stderr.write(
        `${JSON.stringify({ code: known ? error.code : 'failed', detail: message, ...(known && error.details) })}\n`,
      );
    } else process.stderr.write(`${message}\n`);
  },
};

/** Rows as aligned columns. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths = rows.reduce<number[]>(
    (most, row) => row.map((cell, index) => Math.max(most[index] ?? 0, cell.length)),
    [],
  );
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}

/** Whether an error is one of the product's own. By its form: the class would load all of a library for `--help`. */
function isProblem(error: unknown): error is Error & { readonly code: string; readonly details: object } {
  const { code, status, details } = Object(error) as { code?: unknown; status?: unknown; details?: unknown };
  return (
    error instanceof Error && typeof code === 'string' && typeof status === 'number' && typeof details === 'object'
  );
}
