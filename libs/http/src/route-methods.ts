interface Route {
  readonly parts: readonly string[];
  readonly methods: Set<string>;
}

/** The methods of every path that is answered, to tell a path that does not exist from one that has other methods. */
export class RouteMethods {
  private readonly routes = new Map<string, Route>();

  /** Adds a route, by its pattern (`/v1/documents/:documentId`). */
  add(url: string, method: string | readonly string[]): void {
    const route = this.routes.get(url) ?? { parts: partsOf(url), methods: new Set() };
    for (const one of [method].flat()) route.methods.add(one);
    this.routes.set(url, route);
  }

  /** The methods that a path has, sorted; empty for a path that does not exist. */
  of(url: string): readonly string[] {
    const [path = ''] = url.split(/[?#]/, 1);
    const parts = partsOf(path);
    const found = [...this.routes.values()].filter((route) => leadsTo(route.parts, parts));
    // the route of preflights is not one of the API's
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].filter((method) => method !== 'OPTIONS').sort();
  }
}

/** The parts of a path, with or without a slash at its end. */
function partsOf(path: string): readonly string[] {
  const parts = path.split('/');
  return parts.length > 2 && parts.at(-1) === '' ? parts.slice(0, -1) : parts;
}

/** Whether a path matches a route. A wildcard route is the handler of unknown paths, and matches none. */
function leadsTo(route: readonly string[], path: readonly string[]): boolean {
  return (
    route.length === path.length &&
    route.every((part, index) => part !== '*' && (part.startsWith(':') ? path[index] !== '' : part === path[index]))
  );
}
