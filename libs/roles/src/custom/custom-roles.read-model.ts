import { Injectable } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Reader, selectList } from '#libs/database';
import { fieldsOf, type PageStart } from '#libs/http';
import { OF_EVERY_ROLE } from '../roles.permissions.js';
import { CustomRoleView } from './custom-roles.views.js';

const COLUMNS = selectList(fieldsOf(CustomRoleView).keys(), {}, 'r');
const ROLES = `select ${COLUMNS} from custom_roles r
  where r.account_id = $1 and r.removed_at is null`;

/** Reads the roles of the account's own. */
@Injectable()
export class CustomRolesReadModel {
  constructor(private readonly reader: Reader) {}

  /** Roles, the newest first. */
  async list({ take, after }: PageStart): Promise<CustomRoleView[]> {
    const rows = await this.reader.inAccount<Row>(
      `${ROLES} and ($3::uuid is null or r.id < $3) order by r.id desc limit $2`,
      take,
      after,
    );
    return rows.map(effective);
  }

  async find(id: string): Promise<CustomRoleView> {
    const [row] = await this.reader.inAccount<Row>(`${ROLES} and r.id = $2`, id);
    if (!row) throw new NotFoundError();
    return effective(row);
  }
}

type Row = CustomRoleView & Record<string, unknown>;

/** A role as it takes effect. Rows from before every role had the same basis may lack a part of it. */
function effective(row: Row): CustomRoleView {
  return { ...row, permissions: [...new Set([...OF_EVERY_ROLE, ...row.permissions])].sort() };
}
