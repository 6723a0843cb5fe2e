import { asOperator, catalogProblems } from '#libs/database';
import type { World } from '../world.js';
import type { Operation } from './operations.js';
import type { Report } from './report.js';
import { changedLines, type Surface } from './reviewed-surface.js';
import { undescribedRoutes } from './routes.js';

/**
 * The catalogs: every rule of `libs/database`, cells that are alike, operations that say how far they reach, and what
 * everything allows, as it was reviewed.
 */
export async function proveCatalogs(
  world: World,
  operations: readonly Operation[],
  surface: Surface & { readonly cells: readonly (readonly string[])[]; readonly reviewed?: Surface | undefined },
  report: Report,
): Promise<void> {
  const { reviewed } = surface;
  const { databases } = world;
  for (const { name, kind } of [databases.connections.directory, ...databases.connections.cells]) {
    const problems = await asOperator(databases.adminUrlOf(name), (admin) => catalogProblems(admin, kind));
    report.add(
      'catalog',
      name,
      'rules',
      '',
      problems.length ? `${problems.join('; ')} (migrations/${kind})` : undefined,
    );
  }
  for (const route of undescribedRoutes(world.app, operations))
    report.add(
      'catalog',
      route,
      'scope',
      '',
      'is answered and not in the OpenAPI document. Describe it with @Endpoint in its controller',
    );
  for (const { id, handler, method, scope, permission, reason, records } of operations) {
    const known = ['public', 'user', 'account', 'workspace', 'admin'].includes(scope ?? '');
    const failure = !known
      ? 'declares no x-scope. Add @Endpoint({ scope }) in its controller'
      : scope === 'public' && !reason
        ? 'is public without a reason. Add @Endpoint({ reason })'
        : (scope === 'account' || scope === 'workspace') && !permission
          ? 'declares no permission. Add @Endpoint({ permission })'
          : !records && (method !== 'GET' || scope === 'account' || scope === 'workspace')
            ? 'leaves no entry in the trail. Add @Endpoint({ records })'
            : undefined;
    report.add('catalog', id, 'scope', '', failure && `${failure} (${handler})`);
  }
  for (const [index, lines] of surface.cells.entries()) {
    const changes = changedLines(surface.cell, lines);
    report.add(
      'catalog',
      databases.connections.cells[index]?.name ?? '',
      'reviewed',
      'as the first cell',
      changes.length ? `differs from the first cell: ${changes.join('; ')}` : undefined,
    );
  }
  if (!reviewed) return;
  for (const part of ['cell', 'directory', 'operations'] as const) {
    const changes = changedLines(reviewed[part], surface[part]);
    if (!changes.length) report.add('catalog', part, 'reviewed', '', undefined);
    for (const change of changes)
      report.add('catalog', part, 'reviewed', '', `is not what docs/surface/${part}.txt says: ${change}`);
  }
}
