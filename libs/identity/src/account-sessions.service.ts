import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { newId, type TokenSettings } from '#libs/context';
import { UnitOfWork } from '#libs/database';
import { UnauthenticatedError } from '#libs/http';
import { IsNull } from 'typeorm';
import { TOKEN_SETTINGS } from './access-tokens.service.js';
import { AccountSessionRepository } from './account-session.repository.js';

/** People at work in the account of the context; every method is a step of a unit of work. */
@Injectable()
export class AccountSessions {
  constructor(
    private readonly work: UnitOfWork,
    private readonly sessions: AccountSessionRepository,
    private readonly trail: AuditTrail,
    @Inject(TOKEN_SETTINGS) private readonly tokens: TokenSettings,
  ) {}

  /** Opens a session for a member whose row the unit of work has locked, and records it. */
  async open(
    member: { readonly id: string; readonly userId: string },
    signIn: { readonly id: string; readonly expiresAt: Date },
  ): Promise<string> {
    const id = newId();
    // a child does not outlive its parent
    const expiresAt = new Date(Math.min(Date.now() + this.tokens.seconds * 1_000, signIn.expiresAt.getTime()));
    const signInSessionId = signIn.id;
    await this.sessions.insert({ id, memberId: member.id, userId: member.userId, signInSessionId, expiresAt });
    await this.trail.record({
      category: 'session',
      action: 'account.enter',
      resource: { type: 'account_session', id },
    });
    return id;
  }

  /** Ends the session of the context's own actor, and records it. */
  async leave(): Promise<void> {
    const { actor } = this.work.require().context;
    if (actor.kind !== 'user' || !actor.accountSessionId) return;
    const ended = await this.sessions.update(
      { id: actor.accountSessionId, endedAt: IsNull() },
      { endedAt: new Date() },
    );
    // of two switches at once from one session, the second comes from a session that is dead
    if (!ended) throw new UnauthenticatedError();
    await this.trail.record({
      category: 'session',
      action: 'account.switch_away',
      resource: { type: 'account_session', id: actor.accountSessionId },
    });
  }

  /** Ends every session of a member; the command that calls it records why. */
  async endAllOf(memberId: string): Promise<void> {
    await this.sessions.update({ memberId, endedAt: IsNull() }, { endedAt: new Date() });
  }
}
