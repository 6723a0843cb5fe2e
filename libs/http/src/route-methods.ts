interface Route {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** The methods of every path that is answered, to tell a path that does not exist from one that has other methods. */
export class RouteMethods {
  private readonly routes = new Map<string, Route>();

  /** Adds a route, by its pattern (`/v1/documents/:documentId`). */
  add(url: string, method: string | readonly string[]): void {
    const route = this.routes.get(url) ?? { pattern: patternOf(url), methods: new Set() };
    for (const one of [method].flat()) route.methods.add(one);
    this.routes.set(url, route);
  }

  /** The methods that a path has, sorted; empty for a path that does not exist. */
  of(url: string): readonly string[] {
    const path = url.replace(/[?#].*$/s, '');
    const found = [...this.routes.values()].filter(({ pattern }) => pattern.test(path));
    // the route of preflights is not one of the API's
    return [...new Set(found.flatMap(({ methods }) => [...methods]))].filter((method) => method !== 'OPTIONS').sort();
  }
}

function patternOf(url: string): RegExp {
  const parts = url.split('/').map((part) => {
    if (part.startsWith(':')) return '[^/]+';
    return part === '*' ? '(?!)' : part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  });
  return new RegExp(`^${parts.join('/')}/?$`);
}
