import { BulkheadError } from '#libs/context';

/** What a command found or did: a line or a table for people, the value itself for programs. */
export const report = {
  /** Prints a value as JSON, or the lines for people. */
  result(value: unknown, lines: readonly string[], json: boolean): void {
    process.stdout.write(json ? `${JSON.stringify(value, null, 2)}\n` : lines.map((line) => `${line}\n`).join(''));
  },

  /** Prints an error to standard error; with `--json` as a problem with its code. */
  error(error: unknown, json: boolean): void {
    const known = error instanceof BulkheadError;
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
