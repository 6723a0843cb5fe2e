import { Injectable } from '@nestjs/common';
import { ContextStore, NotFoundError } from '#libs/context';
import { Reader } from '#libs/database';
import type { AccountView } from './account.views.js';

/** Reads the account of the context. */
@Injectable()
export class AccountsReadModel {
  constructor(
    private readonly contexts: ContextStore,
    private readonly reader: Reader,
  ) {}

  async current(): Promise<AccountView> {
    const [row] = await this.reader.inAccount<Omit<AccountView, 'permissions'> & Record<string, unknown>>(
      `select a.account_id as id, a.name, a.data_region, a.time_zone, a.status, a.session_idle_minutes, a.session_minutes,
         a.strict_switching, a.second_factor, a.passwords, a.version, a.created_at, a.updated_at
       from accounts a where a.account_id = $1`,
    );
    if (!row) throw new NotFoundError();
    const { access } = this.contexts.require();
    return { ...row, permissions: access?.kind === 'member' ? [...access.role.permissions].sort() : [] };
  }
}
