import { Controller, Get, Post } from '@nestjs/common';
import { Endpoint, PathId, Resource } from '#libs/http';
import { TokenView, ENTERING } from '#libs/identity';
import { PasswordNotAllowedError, SecondFactorNeededError } from '#libs/access';
import { Memberships } from './memberships.service.js';
import { MembershipsView } from './memberships.views.js';

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
    summary: 'Enter an account; the account entered before is left',
    scope: 'user',
    records: ENTERING.enter,
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
