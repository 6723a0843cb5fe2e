/** What a client knows of one write. */
export interface LoggedWrite {
  /** The text by which its row is known; no other write has it. */
  readonly mark: string;
  /** Id of the row in the answer; undefined while no answer said that it was done. */
  id?: string;
  /** How often it was sent. */
  sent: number;
}

/** What the database holds, read past all policies. */
export interface Held {
  readonly rows: readonly { readonly id: string; readonly mark: string }[];
  /** Audit entries of creating rows. */
  readonly entries: readonly { readonly resource_id: string }[];
}

/**
 * Compares what a client knows with what is there. No acknowledged write is lost, none took effect twice, no row is without its
 * entry and no entry without its row; of a write that was not acknowledged either is fine.
 *
 * @returns one line for each difference.
 */
export function differences(log: readonly LoggedWrite[], { rows, entries }: Held): string[] {
  const found: string[] = [];
  const byMark = new Map<string, string[]>();
  for (const { id, mark } of rows) byMark.set(mark, [...(byMark.get(mark) ?? []), id]);
  const known = new Set(log.map(({ mark }) => mark));
  for (const { mark, id } of log) {
    const ids = byMark.get(mark) ?? [];
    if (id !== undefined && !ids.includes(id)) found.push(`an acknowledged write is lost: ${mark}`);
    if (ids.length > 1) found.push(`a write took effect ${ids.length} times: ${mark}`);
  }
  for (const mark of byMark.keys()) if (!known.has(mark)) found.push(`a row that nobody wrote: ${mark}`);
  const counts = new Map<string, number>();
  for (const { resource_id: id } of entries) counts.set(id, (counts.get(id) ?? 0) + 1);
  const ids = new Set(rows.map(({ id }) => id));
  for (const id of ids) if (counts.get(id) !== 1) found.push(`a row has ${counts.get(id) ?? 0} entries: ${id}`);
  for (const id of counts.keys()) if (!ids.has(id)) found.push(`an entry has no row: ${id}`);
  return found;
}
