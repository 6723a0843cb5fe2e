import { Inject, Injectable } from '@nestjs/common';
import { AuditTrail } from '#libs/audit';
import { ContextMissingError, newId, type SessionSettings } from '#libs/context';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { In, IsNull, Not } from 'typeorm';
import { AccountSessionEntity } from './account-session.entity.js';
import { ENTERING, SESSION } from '../identity.acts.js';

/** Name of the provider of how long sessions live by default. */
export const SESSION_SETTINGS = Symbol('session settings');

/** The sign-in session that account sessions are children of; none outlives it. */
export interface ParentSession {
  readonly id: string;
  readonly expiresAt: Date;
  readonly endsAt: Date;
}

/** An account session that is alive. */
export interface LivingSession {
  readonly id: string;
  /** When it ends if it is not used. */
  readonly expiresAt: Date;
  /** Entered in it last; null where none was. */
  readonly workspaceId: string | null;
  /** How long it lives without use, in seconds. */
  readonly idleSeconds: number;
  /** Whether its account wants every other tab to end when one switches. */
  readonly strictSwitching: boolean;
}

interface SessionRow {
  readonly id: string;
  readonly expires_at: Date;
  readonly entered_id: string | null;
  readonly idle_seconds: number;
  readonly strict_switching: boolean;
}

const IDLE = 'coalesce(a.session_idle_minutes * 60, $5)';
const IDLE_OF = 'coalesce(a.session_idle_minutes * 60, $2)::integer';

const OPEN = `insert into account_sessions (account_id, id, member_id, user_id, sign_in_session_id, ends_at, expires_at)
  select $1, $2, m.id, m.user_id, $4,
    least($7, now() + make_interval(secs => coalesce(a.session_minutes * 60, $6))),
    least($7, $8, now() + make_interval(secs => least(${IDLE}, coalesce(a.session_minutes * 60, $6))))
  from accounts a join members m on m.account_id = a.account_id and m.id = $3
  where a.account_id = $1
  returning id, expires_at, entered_id`;
const SETTINGS = `select ${IDLE_OF} as idle_seconds, a.strict_switching from accounts a where a.account_id = $1`;

// an account that has shortened its sessions since is obeyed by those that are open
const RENEW = `update account_sessions s
  set expires_at = least(s.ends_at, $4, now() + make_interval(secs => ${IDLE}),
    greatest(now(), s.started_at + make_interval(secs => coalesce(a.session_minutes * 60, $6))))
  from accounts a join members m on m.account_id = a.account_id
  where s.account_id = $1 and s.id = $2 and s.sign_in_session_id = $3 and s.ended_at is null and s.expires_at > now()
    and a.account_id = s.account_id and a.status = 'active' and m.id = s.member_id and m.status = 'active'
  returning s.id, s.expires_at, s.entered_id, ${IDLE}::integer as idle_seconds, a.strict_switching`;

const ENTER = `update account_sessions s set entered_id = $3
  from accounts a where s.account_id = $1 and s.id = $2 and a.account_id = s.account_id
  returning s.id, s.expires_at, s.entered_id, coalesce(a.session_idle_minutes * 60, $4)::integer as idle_seconds, a.strict_switching`;

/** People at work in the account of the context; every method is a step of a unit of work. */
@Injectable()
export class AccountSessions {
  constructor(
    private readonly work: UnitOfWork,
    @InjectRepository(AccountSessionEntity) private readonly sessions: ScopedRepository<AccountSessionEntity>,
    private readonly trail: AuditTrail,
    @Inject(SESSION_SETTINGS) private readonly settings: SessionSettings,
  ) {}

  /** Opens a session for a member whose row the unit of work has locked, and records it. */
  async open(memberId: string, parent: ParentSession): Promise<LivingSession> {
    const unit = this.work.require();
    const { idleSeconds, mostSeconds } = this.settings;
    const id = newId();
    const [settings] = await unit.inAccount<SessionRow>(SETTINGS, idleSeconds);
    const [row] = await unit.inAccount<SessionRow>(
      OPEN,
      id,
      memberId,
      parent.id,
      idleSeconds,
      mostSeconds,
      parent.endsAt,
      parent.expiresAt,
    );
    await this.trail.record({
      ...ENTERING.enter,
      resource: { type: 'account_session', id },
    });
    return living({ ...settings, ...row } as SessionRow);
  }

  /** Prolongs a session that is in use. Null where it does not count any more, or its member or account does not. */
  async renew(id: string, parent: Pick<ParentSession, 'id' | 'expiresAt'>): Promise<LivingSession | null> {
    const unit = this.work.require();
    const { idleSeconds, mostSeconds } = this.settings;
    const [row] = await unit.inAccount<SessionRow>(RENEW, id, parent.id, parent.expiresAt, idleSeconds, mostSeconds);
    // to come for a token is no act; whoever was there before is there still
    unit.nothingHappened();
    return row && new Date(row.expires_at).getTime() - Date.now() > 1_000 ? living(row) : null;
  }

  /** Notes that the context's own session has entered a workspace; the command that calls it records the act. */
  async enterWorkspace(workspaceId: string): Promise<LivingSession> {
    const unit = this.work.require();
    const { accountSessionId } = unit.context.traits;
    if (!accountSessionId) throw new ContextMissingError('Entering a workspace');
    const [row] = await unit.inAccount<SessionRow>(ENTER, accountSessionId, workspaceId, this.settings.idleSeconds);
    return living(row as SessionRow);
  }

  /** Ends the session of the context's own actor, and records it; nothing happens where it has ended already. */
  async leave(): Promise<void> {
    const unit = this.work.require();
    const { accountSessionId: id } = unit.context.traits;
    if (!id) return unit.nothingHappened();
    const ended = await this.sessions.update({ id, endedAt: IsNull() }, { endedAt: () => 'now()' });
    if (!ended) return unit.nothingHappened();
    await this.trail.record({
      ...ENTERING.switch_away,
      resource: { type: 'account_session', id },
    });
  }

  /** Ends every session here that belongs to a sign-in, but one, and records each. */
  async endUnder(signInSessionId: string, kept?: string): Promise<void> {
    const unit = this.work.require();
    const open = await this.sessions.find({ signInSessionId, endedAt: IsNull(), ...(kept && { id: Not(kept) }) });
    if (!open.length) return unit.nothingHappened();
    const ids = open.map(({ id }) => id);
    await this.sessions.update({ id: In(ids), endedAt: IsNull() }, { endedAt: () => 'now()' });
    for (const id of ids)
      await this.trail.record({
        ...SESSION.end,
        resource: { type: 'account_session', id },
      });
  }

  /** Ends every session of the account but that of the context's actor; the command that calls it records why. */
  async endAllOthers(): Promise<void> {
    const { accountSessionId: own } = this.work.require().context.traits;
    await this.sessions.update({ endedAt: IsNull(), ...(own && { id: Not(own) }) }, { endedAt: () => 'now()' });
  }

  /** Ends every session of a member; the command that calls it records why. */
  async endAllOf(memberId: string): Promise<void> {
    await this.sessions.update({ memberId, endedAt: IsNull() }, { endedAt: () => 'now()' });
  }
}

function living(row: SessionRow): LivingSession {
  return {
    id: row.id,
    expiresAt: new Date(row.expires_at),
    workspaceId: row.entered_id,
    idleSeconds: row.idle_seconds,
    strictSwitching: row.strict_switching,
  };
}
