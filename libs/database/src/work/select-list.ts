/**
 * Returns the list of a SELECT for the fields of a view, each of which is a column of its name.
 *
 * @param names of the fields, from the code and never from a request.
 * @param computed SQL for fields that are not columns. Default none.
 * @param table alias of the table, for a statement that joins others. Default none.
 */
export function selectList(
  names: Iterable<string>,
  computed: Readonly<Record<string, string>> = {},
  table?: string,
): string {
  const column = (name: string) => (table ? `${table}.${name}` : name);
  return [...names].map((name) => (computed[name] ? `${computed[name]} as ${name}` : column(name))).join(', ');
}
