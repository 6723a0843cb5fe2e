import { ChangesOf, Text, StringArray } from '#libs/http';
import { GRANTABLE, type Permission } from '../roles.permissions.js';

export class CustomRoleBody {
  @Text({ max: 60, example: 'Copywriter' })
  name!: string;
  @StringArray({
    of: GRANTABLE,
    example: ['workspaces.read', 'documents.read'],
    description:
      'All of them your own; GET /v1/roles explains each. account.leave and account.read are added to every role',
  })
  permissions!: Permission[];
}

export class CustomRoleChangesBody extends ChangesOf(CustomRoleBody) {}
