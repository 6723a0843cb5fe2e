import { InvalidRequestError } from '#libs/http';
import type { GivenRole, RoleName } from './roles.permissions.js';

/** A role as requests name it. */
export interface RoleFields<Name extends RoleName = RoleName> {
  /** Absent where only the rest was given, which does not fit. */
  readonly role?: Name | undefined;
  /** With `custom`, and only then. */
  readonly custom_role_id?: string | undefined;
}

/** The role that the fields of a request name. @throws {InvalidRequestError} where they do not fit each other. */
export function givenRole<Name extends RoleName>({
  role,
  custom_role_id: customRoleId,
}: RoleFields<Name>): GivenRole<Name> {
  if (!role || (role === 'custom') !== (customRoleId !== undefined))
    throw new InvalidRequestError('Give "custom_role_id" with the role "custom", and only with it.', [
      { field: 'custom_role_id', problem: role === 'custom' ? 'is missing' : 'does not go with this role' },
    ]);
  return { role, customRoleId: customRoleId ?? null };
}
