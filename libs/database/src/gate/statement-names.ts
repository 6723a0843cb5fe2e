/** Texts beyond this number stay unnamed: a list of placeholders of every length would fill the server's memory. */
const MOST = 500;

const names = new Map<string, string>();

/** The prepared-statement name of a text, the same in the whole process; undefined once too many texts have one. */
export function statementName(text: string): string | undefined {
  const known = names.get(text);
  if (known || names.size >= MOST) return known;
  const name = `b${names.size}`;
  names.set(text, name);
  return name;
}
