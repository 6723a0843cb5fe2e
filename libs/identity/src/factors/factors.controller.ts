import { Body, Controller, Delete, Get, Patch, Post, Res } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { Endpoint, PathId, Resource } from '#libs/http';
import type { Principal } from '#libs/access';
import type { FastifyReply } from 'fastify';
import { StepUpNeededError } from '#libs/access';
import { CurrentPrincipal } from '../tokens/current-principal.decorator.js';
import { RaisedView } from '../sessions/sessions.views.js';
import { type CodeMethod, type Factor, Factors } from './factors.service.js';
import { FreshProof } from './fresh-proof.service.js';
import { Passkeys } from './passkeys.service.js';
import { StepUp } from './step-up.service.js';
import { CodeRefusedError, FactorMissingError, TooManyCodesError, TooManyFactorsError } from '../identity.errors.js';
import {
  ChallengeView,
  ConfirmedView,
  FactorIdView,
  FactorView,
  FactorsView,
  NewTotpView,
  RecoveryCodesView,
} from './factors.views.js';
import { CodeBody, FactorNameBody, NewPasskeyBody, ProofBody, SignedBody } from './factors.bodies.js';
import { FACTOR, RECOVERY_CODES, SIGN_IN_CODE } from '../identity.acts.js';

/** Second factors: added, named, removed, and used. Whoever has one changes them with it alone, freshly proved. */
@Resource(
  'factors',
  'Second factors of the person: authenticator apps (TOTP), passkeys, codes by email and recovery codes; and proving one of them within a sign-in.',
)
@Controller('v1/me')
export class FactorsController {
  constructor(
    private readonly factors: Factors,
    private readonly passkeys: Passkeys,
    private readonly stepUp: StepUp,
    private readonly proof: FreshProof,
    private readonly contexts: ContextStore,
  ) {}

  @Get('factors')
  @Endpoint({ summary: 'List my second factors', scope: 'user', returns: FactorsView })
  async list(): Promise<FactorsView> {
    const { userId } = this.contexts.requireUser();
    const items = (await this.factors.list(userId)).map(view);
    return { items, recovery_codes_left: await this.factors.recoveryCodesLeft(userId) };
  }

  @Post('factors/totp')
  @Endpoint({
    summary: 'Enrol an authenticator app (TOTP)',
    scope: 'user',
    records: FACTOR.begin,
    returns: NewTotpView,
    status: 201,
    idempotency: { none: 'An unconfirmed factor has no effect.' },
    refuses: [StepUpNeededError, TooManyFactorsError],
  })
  async addTotp(@Body() { name }: FactorNameBody): Promise<NewTotpView> {
    const { id, secret, uri } = await this.factors.addTotp(await this.asOwner(), name, this.contexts.require());
    return { factor_id: id, secret, otpauth_uri: uri };
  }

  @Post('factors/email')
  @Endpoint({
    summary: 'Enrol codes by email; sends the first code',
    scope: 'user',
    records: SIGN_IN_CODE.requested,
    returns: FactorIdView,
    status: 201,
    idempotency: { none: 'An unconfirmed factor has no effect.' },
    refuses: [StepUpNeededError, TooManyFactorsError],
  })
  async addEmail(): Promise<FactorIdView> {
    return { factor_id: await this.factors.addEmail(await this.asOwner(), this.contexts.require()) };
  }

  @Post('factors/:factorId/confirm')
  @Endpoint({
    summary: 'Confirm a factor with its first code',
    scope: 'user',
    records: FACTOR.add,
    returns: ConfirmedView,
    status: 200,
    idempotency: { none: 'A code can be used once.' },
    refuses: [CodeRefusedError, TooManyCodesError],
    setsCookie: true,
  })
  async confirm(
    @PathId('factorId') id: string,
    @Body() { code }: CodeBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfirmedView> {
    const userId = await this.asOwner();
    const { kind, recoveryCodes } = await this.factors.confirm(userId, id, code, this.contexts.require());
    return { ...(await this.stepUp.raise(principal, proofOf(kind), reply)), recovery_codes: recoveryCodes };
  }

  @Post('factors/passkey/options')
  @Endpoint({
    summary: 'Get the options for registering a passkey',
    scope: 'user',
    records: FACTOR.begin,
    returns: ChallengeView,
    status: 201,
    idempotency: { none: 'An unsigned challenge has no effect.' },
    refuses: [StepUpNeededError],
  })
  async beginPasskey(): Promise<ChallengeView> {
    const { id, options } = await this.passkeys.beginAdding(await this.asOwner());
    return { challenge_id: id, options };
  }

  @Post('factors/passkey')
  @Endpoint({
    summary: 'Register a passkey',
    scope: 'user',
    records: FACTOR.add,
    returns: ConfirmedView,
    status: 201,
    idempotency: { none: 'A challenge can be used once.' },
    refuses: [CodeRefusedError, TooManyFactorsError],
    setsCookie: true,
  })
  async addPasskey(
    @Body() { challenge, name, response }: NewPasskeyBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<ConfirmedView> {
    const userId = await this.asOwner();
    const { recoveryCodes } = await this.passkeys.add(userId, challenge, name, response, this.contexts.require());
    return { ...(await this.stepUp.raise(principal, proofOf('passkey'), reply)), recovery_codes: recoveryCodes };
  }

  @Patch('factors/:factorId')
  @Endpoint({
    summary: 'Rename a factor',
    scope: 'user',
    records: FACTOR.rename,
    refuses: [StepUpNeededError],
  })
  async rename(@PathId('factorId') id: string, @Body() { name }: FactorNameBody): Promise<void> {
    await this.factors.rename(await this.asOwner(), id, name);
  }

  @Delete('factors/:factorId')
  @Endpoint({
    summary: 'Remove a factor',
    scope: 'user',
    records: FACTOR.remove,
    refuses: [StepUpNeededError],
  })
  async remove(@PathId('factorId') id: string): Promise<void> {
    await this.factors.remove(await this.asOwner(), id, this.contexts.require());
  }

  @Post('recovery-codes')
  @Endpoint({
    summary: 'Create new recovery codes; the old ones stop working',
    scope: 'user',
    records: RECOVERY_CODES.make,
    returns: RecoveryCodesView,
    status: 201,
    idempotency: { none: 'The codes are shown once. A repetition replaces them.' },
    refuses: [StepUpNeededError, FactorMissingError],
  })
  async makeRecoveryCodes(): Promise<RecoveryCodesView> {
    const userId = await this.asOwner();
    return { recovery_codes: await this.factors.makeRecoveryCodes(userId, this.contexts.require()) };
  }

  @Post('second-factor')
  @Endpoint({
    summary: 'Prove a second factor with a code',
    scope: 'user',
    records: FACTOR.use,
    returns: RaisedView,
    status: 201,
    idempotency: { none: 'A code can be used once.' },
    refuses: [CodeRefusedError, TooManyCodesError],
    setsCookie: true,
  })
  async prove(
    @Body() { method, code }: ProofBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RaisedView> {
    await this.factors.use(principal.userId, method, code, this.contexts.require());
    return this.stepUp.raise(principal, proofOf(method), reply);
  }

  @Post('second-factor/email')
  @Endpoint({
    summary: 'Send a code by email',
    scope: 'user',
    records: SIGN_IN_CODE.requested,
    status: 202,
    idempotency: {
      none: 'A repetition mails another code, within the limits of mails; the previous code becomes invalid.',
    },
  })
  async sendCode(): Promise<void> {
    const context = this.contexts.require();
    await this.factors.sendCode(context.requireUser().userId, context);
  }

  @Post('second-factor/passkey/options')
  @Endpoint({
    summary: 'Get the options for proving a passkey',
    scope: 'user',
    records: FACTOR.challenge,
    returns: ChallengeView,
    status: 201,
    idempotency: { none: 'An unsigned challenge has no effect.' },
  })
  async beginProof(): Promise<ChallengeView> {
    const { id, options } = await this.passkeys.beginStepUp(this.contexts.requireUser().userId);
    return { challenge_id: id, options };
  }

  @Post('second-factor/passkey')
  @Endpoint({
    summary: 'Prove a second factor with a passkey',
    scope: 'user',
    records: FACTOR.use,
    returns: RaisedView,
    status: 201,
    idempotency: { none: 'A challenge can be used once.' },
    refuses: [CodeRefusedError],
    setsCookie: true,
  })
  async proveByPasskey(
    @Body() { challenge, response }: SignedBody,
    @CurrentPrincipal() principal: Principal,
    @Res({ passthrough: true }) reply: FastifyReply,
  ): Promise<RaisedView> {
    await this.passkeys.stepUp(principal.userId, challenge, response, this.contexts.require());
    return this.stepUp.raise(principal, proofOf('passkey'), reply);
  }

  /** The person, where they have proved freshly who they are: with a factor, if they have one. */
  private async asOwner(): Promise<string> {
    const { userId } = this.contexts.requireUser();
    await this.proof.require();
    return userId;
  }
}

/** RFC 8176 §2: a code of a generator, a second channel, a key that the person has and unlocked. */
function proofOf(kind: Factor['kind'] | CodeMethod) {
  const methods = { totp: ['otp'], recovery_code: ['otp'], email: ['mca'], passkey: ['hwk', 'user'] }[kind];
  return { methods: [...methods, 'mfa'], level: 2, byMail: kind === 'email' } as const;
}

function view({ id, kind, name, createdAt, confirmedAt, lastUsedAt }: Factor): FactorView {
  return {
    id,
    kind,
    name,
    created_at: createdAt.toISOString(),
    confirmed_at: confirmedAt?.toISOString() ?? null,
    last_used_at: lastUsedAt?.toISOString() ?? null,
  };
}
