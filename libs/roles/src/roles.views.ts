import { Choice, Bool, Nested, Text, StringArray } from '#libs/http';
import { ROLES, type Role } from './roles.permissions.js';

class PermissionView {
  @Text({ max: 60 })
  name!: string;
  @Text({ max: 200 })
  description!: string;
}

class RoleView {
  @Choice(ROLES)
  name!: Role;
  @StringArray()
  permissions!: string[];
  @Bool({ description: 'Whether it can be given for a single workspace' })
  for_one_workspace!: boolean;
}

export class RoleTableView {
  @Nested(() => RoleView, { list: true })
  roles!: RoleView[];
  @Nested(() => PermissionView, { list: true })
  permissions!: PermissionView[];
}
