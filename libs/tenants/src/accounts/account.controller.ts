import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { Changes, Endpoint, IfMatch, Resource } from '#libs/http';
import { LastOwnerError } from '#libs/database';
import { NotFoundError } from '#libs/context';
import { StepUpNeededError } from '#libs/access';
import { type AccountSettings, Accounts } from './accounts.service.js';
import { AccountsReadModel } from './accounts.read-model.js';
import { MemberRoles } from '../members/member-roles.service.js';
import { Members } from '../members/members.service.js';
import { AccountView } from './account.views.js';
import { AccountSettingsBody, TransferBody } from './account.bodies.js';
import { ACCOUNT, MEMBER } from '../tenants.acts.js';

@Resource('account', 'The account that the token has entered: settings, leaving and transfer of ownership.')
@Controller('v1/account')
export class AccountController {
  constructor(
    private readonly accounts: Accounts,
    private readonly members: Members,
    private readonly roles: MemberRoles,
    private readonly reads: AccountsReadModel,
  ) {}

  @Get()
  @Endpoint({
    summary: 'Show the account',
    scope: 'account',
    records: ACCOUNT.read,
    permission: 'account.read',
    returns: AccountView,
  })
  show(): Promise<AccountView> {
    return this.reads.current();
  }

  @Patch('settings')
  @Endpoint({
    summary: 'Change the settings of the account',
    scope: 'account',
    records: ACCOUNT.update,
    permission: 'account.update',
    returns: AccountView,
    conditional: true,
    refuses: [StepUpNeededError],
  })
  async update(@IfMatch() version: number, @Changes() changes: AccountSettingsBody): Promise<AccountView> {
    await this.accounts.update(version, settingsOf(changes));
    return this.reads.current();
  }

  @Post('leave')
  @Endpoint({
    summary: 'Leave the account',
    scope: 'account',
    records: MEMBER.leave,
    permission: 'account.leave',
    whileReadOnly: true,
    refuses: [LastOwnerError],
  })
  leave(): Promise<void> {
    return this.members.leave();
  }

  @Post('transfer-ownership')
  @Endpoint({
    summary: 'Transfer ownership to another member',
    scope: 'account',
    records: ACCOUNT.transfer_ownership,
    permission: 'account.transfer',
    freshFactor: true,
    whileReadOnly: true,
    refuses: [NotFoundError],
  })
  transfer(@Body() { member_id: memberId }: TransferBody): Promise<void> {
    return this.roles.transferOwnership(memberId);
  }
}

/** The settings that a body names; what it leaves out stays as it is. */
function settingsOf(body: AccountSettingsBody): AccountSettings {
  const settings = {
    name: body.name,
    timeZone: body.time_zone,
    sessionIdleMinutes: body.session_idle_minutes,
    sessionMinutes: body.session_minutes,
    strictSwitching: body.strict_switching,
    secondFactor: body.second_factor,
    passwords: body.passwords,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined));
}
