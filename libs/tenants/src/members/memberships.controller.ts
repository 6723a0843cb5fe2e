import { Controller, Get, Post } from '@nestjs/common';
import { Choice, Endpoint, Flag, Nested, PathId, Text, Uuid, Resource } from '#libs/http';
import { TokenView } from '#libs/identity';
import { ROLE_NAMES, type RoleName } from '#libs/roles';
import { Memberships } from './memberships.service.js';
import { PasswordNotAllowedError, SecondFactorNeededError } from '#libs/access';

class MembershipView {
  @Uuid()
  account_id!: string;
  @Text({ max: 100, nullable: true })
  name!: string | null;
  @Choice(ROLE_NAMES, { nullable: true })
  role!: RoleName | null;
  @Text({ max: 30 })
  region!: string;
  @Flag({ description: 'False while the cell of the account does not answer' })
  available!: boolean;
}

class MembershipsView {
  @Nested(() => MembershipView, { list: true })
  items!: MembershipView[];
}

@Resource('memberships', 'The accounts of the signed-in person, and entering one.')
@Controller('v1/me/accounts')
export class MembershipsController {
  constructor(private readonly memberships: Memberships) {}

  @Get()
  @Endpoint({ summary: 'List my accounts', scope: 'user', returns: MembershipsView })
  async list(): Promise<MembershipsView> {
    return { items: await this.memberships.list() };
  }

  @Post(':accountId/enter')
  @Endpoint({
    summary: 'Enter an account, leaving the one entered before',
    scope: 'user',
    records: ['session', 'account.enter'],
    returns: TokenView,
    status: 201,
    idempotency: {
      none: 'Answers with tokens are not stored. A repetition enters the same account and returns another token.',
    },
    refuses: [SecondFactorNeededError, PasswordNotAllowedError],
  })
  async enter(@PathId('accountId') accountId: string): Promise<TokenView> {
    return { ...(await this.memberships.enter(accountId)), token_type: 'Bearer' };
  }
}
