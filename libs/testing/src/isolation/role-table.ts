import { OF_EVERY_ROLE, type Permission, ROLE_NAMES, type RoleName, ROLES, SEEDED_PERMISSIONS } from '#libs/roles';
import { call, valuesWith } from './calls.js';
import { callWith, type HttpProof, idAt } from './http-proof.js';
import type { Field, Operation } from './operations.js';
import type { Person } from './proof-world.js';

/** What each role may do, as the API itself prints it; and `custom`, the one of the account's own that the proof makes. */
export type RoleTable = ReadonlyMap<RoleName, ReadonlySet<string>>;

// a role of the account's own: lets people in, and may read nothing inside a workspace
const HOST: readonly Permission[] = [
  'account.read',
  'members.read',
  'members.invite',
  'members.update',
  'workspaces.read',
];

/** Reads the table of roles from `GET /v1/roles`. */
export async function readRoleTable({ wire, world }: HttpProof): Promise<RoleTable> {
  const { text } = await wire.send({ method: 'GET', path: '/v1/roles', headers: {} }, world.attacker.token);
  const { roles } = JSON.parse(text) as { roles: { name: RoleName; permissions: string[] }[] };
  const builtIn = roles.map(({ name, permissions }) => [name, new Set(permissions)] as const);
  return new Map<RoleName, ReadonlySet<string>>([...builtIn, ['custom', new Set([...OF_EVERY_ROLE, ...HOST])]]);
}

/** One person of each role, at work in the workspace where the proof is staged. */
export async function castOf({ world }: HttpProof): Promise<ReadonlyMap<RoleName, Person>> {
  const cast = new Map<RoleName, Person>();
  for (const role of ROLES) cast.set(role, await world.person(world.own, role));
  const role = await world.own.account.addRole('Host', HOST);
  cast.set('custom', await world.person(world.own, role));
  return cast;
}

/**
 * Role × operation: 403 exactly where the role lacks the permission. A field that no operation has is added to the query, so
 * that what is allowed is refused by its form, behind the guard, and nothing changes.
 */
export async function proveRoleTable(
  proof: HttpProof,
  operation: Operation,
  table: RoleTable,
  cast: ReadonlyMap<RoleName, Person>,
): Promise<void> {
  const { wire, world, report } = proof;
  const { permission, scope } = operation;
  if (scope !== 'account' && scope !== 'workspace') return;
  const probe = callWith(proof, operation, (field) => idAt(proof, world.own, field));
  const path = `${probe.path}${probe.path.includes('?') ? '&' : '?'}no_such_field=1`;
  for (const [role, person] of cast) {
    const { status, text } = await wire.send({ ...probe, path }, person.token);
    const allowed = table.get(role)?.has(permission ?? '') ?? false;
    const refused = status === 403 && text.includes('"permission_missing"');
    report.add('http', operation.id, 'role', role, failureOf());

    function failureOf(): string | undefined {
      if (allowed && refused) return `refused although ${role} has ${permission}`;
      if (!allowed && !refused) return `answered ${status} although ${role} lacks ${permission}`;
      // anything but the refusal of the form, and the guards have not been passed
      if (allowed && status >= 401 && status !== 404) return `answered ${status} although ${role} has ${permission}`;
      return undefined;
    }
  }
}

/** Nobody gives a role that may do more than their own, and no row changes where they try. */
export async function attackWithHigherRoles(
  proof: HttpProof,
  operation: Operation,
  table: RoleTable,
  cast: ReadonlyMap<RoleName, Person>,
): Promise<void> {
  const { wire, world, report } = proof;
  const field = operation.fields.find(
    ({ in: place, schema }) => place === 'body' && schema.enum?.some((value) => ROLE_NAMES.includes(value as RoleName)),
  );
  if (!field) return;
  for (const [role, person] of cast) {
    const own = table.get(role) ?? new Set();
    if (!own.has(operation.permission ?? '')) continue;
    const higher = (field.schema.enum as readonly RoleName[]).filter((given) =>
      [...(given === 'custom' ? SEEDED_PERMISSIONS : (table.get(given) ?? []))].some((one) => !own.has(one)),
    );
    for (const given of higher) {
      const before = await world.sumOf(world.own, 'account');
      // this field alone: a role for a single workspace may stand beside it under the same name
      const etag: Record<string, string> = operation.conditional ? { 'if-match': '"v1"' } : {};
      // which of the account's own it is stands beside the role, and goes with no other
      const besides = (one: Field) =>
        given !== 'custom' && one.name === 'custom_role_id' && one.at.length === field.at.length;
      const plain = valuesWith(operation, proof.meanings, (one) => idAt(proof, world.own, one));
      const { status } = await wire.send(
        call(operation, (one) => (one === field ? given : besides(one) ? undefined : plain(one)), etag),
        person.token,
      );
      const changed = before !== (await world.sumOf(world.own, 'account'));
      const failure = status === 403 && !changed ? undefined : `${role} gives ${given}: answered ${status}`;
      report.add('http', operation.id, 'role', `${role} gives ${given}`, failure);
    }
  }
}
