import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { Operation } from './operations.js';

/** What an application serves beside its operations: the description of the API itself. */
const DESCRIPTION = /^\/(docs|openapi)/;

/** Routes that the application answers and its OpenAPI document does not have: `GET /v1/hidden`. */
export function undescribedRoutes(app: NestFastifyApplication, operations: readonly Operation[]): string[] {
  const known = new Set(operations.map(({ method, path }) => `${method} ${path.replace(/\{(\w+)\}/g, ':$1')}`));
  const tree: string = app.getHttpAdapter().getInstance().printRoutes({ commonPrefix: false });
  const found: string[] = [];
  const parents: string[] = [];
  for (const line of tree.split('\n')) {
    const [, indent, path = '', methods = ''] = /^((?:│ {3}| {4})*)[├└]── (\S*)(?: \(([A-Z, ]+)\))?/.exec(line) ?? [];
    if (indent === undefined) continue;
    const depth = indent.length / 4;
    const whole = `${parents.slice(0, depth).join('')}${path}`;
    parents[depth] = path;
    parents.length = depth + 1;
    for (const method of methods.split(', ').filter(Boolean)) {
      if (method === 'HEAD' || method === 'OPTIONS' || DESCRIPTION.test(whole)) continue;
      const route = `${method} ${whole.length > 1 ? whole.replace(/\/$/, '') : whole}`;
      if (!known.has(route)) found.push(route);
    }
  }
  return [...new Set(found)];
}
