import { Body, Controller, Get, Patch, Post } from '@nestjs/common';
import { Changes, Choice, Endpoint, Flag, IfMatch, Moment, Text, Texts, Uuid, Whole, Resource } from '#libs/http';
import { PERMISSIONS } from '#libs/roles';
import { type AccountSettings, Accounts } from './accounts.service.js';
import { AccountsReadModel } from './accounts.read-model.js';
import { MemberRoles } from '../members/member-roles.service.js';
import { Members } from '../members/members.service.js';
import { LastOwnerError } from '#libs/database';
import { NotFoundError } from '#libs/context';
import { StepUpNeededError } from '#libs/access';

export class AccountView {
  @Uuid()
  id!: string;
  @Text({ max: 100 })
  name!: string;
  @Text({ max: 30, example: 'eu-west-1' })
  data_region!: string;
  @Text({ max: 64, example: 'Europe/Dublin' })
  time_zone!: string;
  @Choice(['active', 'suspended'])
  status!: string;
  @Whole({ min: 5, max: 1_440, nullable: true, description: 'Null: as the installation has it' })
  session_idle_minutes!: number | null;
  @Whole({ min: 15, max: 43_200, nullable: true, description: 'Null: as the installation has it' })
  session_minutes!: number | null;
  @Flag({ description: 'Whoever switches leaves with every tab' })
  strict_switching!: boolean;
  @Choice(['required', 'optional'])
  second_factor!: string;
  @Choice(['allowed', 'none'])
  passwords!: string;
  @Texts({ of: Object.keys(PERMISSIONS), description: 'What you may do in the account, by your role' })
  permissions!: readonly string[];
  @Whole({ min: 1, max: 2_147_483_647 })
  version!: number;
  @Moment()
  created_at!: string;
  @Moment()
  updated_at!: string;
}

class AccountSettingsBody {
  @Text({ max: 100, optional: true })
  name?: string;
  @Text({
    max: 64,
    pattern: /^[A-Za-z0-9_+\-/]+$/,
    form: 'a time zone of the IANA database',
    optional: true,
    example: 'Europe/Dublin',
  })
  time_zone?: string;
  @Whole({
    min: 5,
    max: 1_440,
    nullable: true,
    optional: true,
    description: 'A session that is not used ends after so long',
  })
  session_idle_minutes?: number | null;
  @Whole({
    min: 15,
    max: 43_200,
    nullable: true,
    optional: true,
    description: 'A session ends after so long however much it is used',
  })
  session_minutes?: number | null;
  @Flag({ optional: true, description: 'Whoever switches leaves with every tab' })
  strict_switching?: boolean;
  @Choice(['required', 'optional'], { optional: true, description: 'Owners alone change it' })
  second_factor?: 'required' | 'optional';
  @Choice(['allowed', 'none'], {
    optional: true,
    description: 'None: whoever enters has signed in without one, and keeps none. Owners alone change it',
  })
  passwords?: 'allowed' | 'none';
}

class TransferBody {
  @Uuid({ description: 'The member who becomes owner; you become admin' })
  member_id!: string;
}

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
    records: ['settings', 'account.read'],
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
    records: ['settings', 'account.update'],
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
    records: ['membership', 'member.leave'],
    permission: 'account.leave',
    whileReadOnly: true,
    refuses: [LastOwnerError],
  })
  leave(): Promise<void> {
    return this.members.leave();
  }

  @Post('transfer-ownership')
  @Endpoint({
    summary: 'Make another member owner in your place',
    scope: 'account',
    records: ['role', 'account.transfer_ownership'],
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
