type CamelCase<Name> = Name extends `${infer Head}_${infer Tail}` ? `${Head}${Capitalize<CamelCase<Tail>>}` : Name;

/** The fields of a body under the names that the domain has for them: `source_url` as `sourceUrl`. */
export type CamelCased<Body> = { [Name in keyof Body as CamelCase<Name>]: Body[Name] };

/** Returns the fields of a body under their names in the domain; those that were left out stay out. Values are not looked into. */
export function camelCased<Body extends object>(body: Body): CamelCased<Body> {
  const given = Object.entries(body).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    given.map(([name, value]) => [name.replace(/_([a-z0-9])/g, (_, letter: string) => letter.toUpperCase()), value]),
  ) as CamelCased<Body>;
}
