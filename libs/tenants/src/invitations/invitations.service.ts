import { Injectable } from '@nestjs/common';
import { AuditTrail, type Act } from '#libs/audit';
import { newId, NotFoundError } from '#libs/context';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { assertVersion, InvalidRequestError } from '#libs/http';
import { assertEmail, emailKey, isEmail } from '#libs/identity';
import { Outbox } from '#libs/mail';
import { CannotNarrowError, CustomRoles, type GivenRole, isAccountWide } from '#libs/roles';
import { IsNull, MoreThan, Not } from 'typeorm';
import { Members, type WorkspaceGrant } from '../members/members.service.js';
import {
  AlreadyInvitedError,
  AlreadyMemberError,
  InvitationSettledError,
  TooManyInvitationsError,
} from '../tenants.errors.js';
import { InvitationEntity } from './invitation.entity.js';
import { InvitationWorkspaceEntity } from './invitation.entity.js';
import { INVITATION } from '../tenants.acts.js';

/** Kind of the mail that an invitation is sent by. */
export const INVITATION_MAIL = 'invitation';

/** What somebody is invited to be. */
export interface InvitationInput {
  readonly email: string;
  readonly given: GivenRole;
  /** Default `all`. */
  readonly access?: 'all' | 'named';
  /** Roles in single workspaces; with access `named` these are all that the member may enter. Default none. */
  readonly workspaces?: readonly WorkspaceGrant[];
}

/** What became of one line of a list. */
export interface BulkOutcome {
  /** From 1. */
  readonly line: number;
  readonly email: string;
  readonly outcome: 'invited' | 'already_invited' | 'already_member' | 'malformed' | 'repeated';
  readonly invitation_id: string | null;
}

const DAY_MS = 24 * 3_600_000;
const GOOD_FOR_MS = 7 * DAY_MS;
/** Mails of one account: again for one invitation, new ones for one address a day, and for all a day. */
const MAX_RESENDS = 5;
const MAX_FOR_ONE_EMAIL_A_DAY = 5;
const MAX_A_DAY = 1_000;

/** Asks people into the account. Nobody gives a role that may do more than their own, nor sees what the mail carries. */
@Injectable()
export class Invitations {
  constructor(
    private readonly work: UnitOfWork,
    @InjectRepository(InvitationEntity) private readonly invitations: ScopedRepository<InvitationEntity>,
    @InjectRepository(InvitationWorkspaceEntity)
    private readonly workspaces: ScopedRepository<InvitationWorkspaceEntity>,
    private readonly members: Members,
    private readonly roles: CustomRoles,
    private readonly outbox: Outbox,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Invites one address, in whatever spelling.
   *
   * @throws {AlreadyMemberError} @throws {AlreadyInvitedError} @throws {RoleAboveOwnError} @throws {CannotNarrowError}
   * @throws {NotFoundError} for a workspace that is not there. @throws {TooManyInvitationsError}
   */
  async invite(input: InvitationInput): Promise<string> {
    assertEmail(input.email);
    return this.work.run(async () => {
      await this.assertMayGive(input);
      return this.inviteWithin(input);
    });
  }

  /**
   * Invites many addresses with the same role, in one transaction; what cannot be done is told line by line, and does not keep
   * the others from being invited.
   *
   * @param lines one address each; empty ones are passed over.
   */
  async inviteMany(lines: readonly string[], input: Omit<InvitationInput, 'email'>): Promise<BulkOutcome[]> {
    return this.work.run(async () => {
      const unit = this.work.require();
      await this.assertMayGive(input);
      const seen = new Set<string>();
      const outcomes: BulkOutcome[] = [];
      for (const [index, text] of lines.entries()) {
        const email = text.trim();
        if (!email) continue;
        const invited = seen.has(emailKey(email)) ? 'repeated' : await this.tryToInvite({ ...input, email });
        seen.add(emailKey(email));
        const id = typeof invited === 'object' ? invited.id : null;
        outcomes.push({
          line: index + 1,
          email: email.slice(0, 320),
          outcome: typeof invited === 'object' ? 'invited' : invited,
          invitation_id: id,
        });
      }
      if (!unit.entries) unit.nothingHappened();
      return outcomes;
    });
  }

  /** Sends a new mail, good for seven days; what the mail before carried opens nothing from now on. @throws {InvitationSettledError} */
  async resend(id: string): Promise<void> {
    await this.work.run(async () => {
      const invitation = await this.pending(id);
      await this.assertMayTouch(invitation);
      if (invitation.version > MAX_RESENDS) throw new TooManyInvitationsError();
      await this.invitations.updateVersion({ id }, { secretHash: null, expiresAt: new Date(Date.now() + GOOD_FOR_MS) });
      await this.outbox.requestInAccount(INVITATION_MAIL, id);
      await this.record(INVITATION.resend, id);
    });
  }

  /**
   * Takes an invitation back: what its mail carries opens nothing from now on.
   *
   * @param version undefined for whichever there is.
   * @throws {InvitationSettledError} @throws {PreconditionFailedError} where `version` is not the newest
   */
  async revoke(id: string, version?: number): Promise<void> {
    await this.work.run(async () => {
      const invitation = await this.pending(id);
      assertVersion(invitation, version);
      await this.assertMayTouch(invitation);
      await this.invitations.updateVersion({ id }, { status: 'revoked', secretHash: null, settledAt: () => 'now()' });
      await this.record(INVITATION.revoke, id, { status: { from: 'pending', to: 'revoked' } });
    });
  }

  /** @throws {RoleAboveOwnError} where a role of the invitation, in the account or in a workspace, may do more than one's own. */
  private async assertMayTouch(invitation: InvitationEntity): Promise<void> {
    await this.roles.assertMayGiveEach([invitation, ...(await this.workspaces.find({ invitationId: invitation.id }))]);
  }

  private async assertMayGive({ given, access = 'all', workspaces = [] }: Omit<InvitationInput, 'email'>) {
    const role = await this.roles.hold(given);
    this.roles.assertMayGive(role);
    if (isAccountWide(role) && (access === 'named' || workspaces.length)) throw new CannotNarrowError();
    for (const grant of workspaces) {
      const inWorkspace = await this.roles.hold(grant.given);
      this.roles.assertMayGive(inWorkspace);
      if (isAccountWide(inWorkspace)) throw new CannotNarrowError();
    }
    if (access === 'named' && !workspaces.length)
      throw new InvalidRequestError('Access to named workspaces needs at least one.', [
        { field: 'workspaces', problem: 'is empty' },
      ]);
  }

  private async tryToInvite(
    input: InvitationInput,
  ): Promise<{ readonly id: string } | Exclude<BulkOutcome['outcome'], 'invited' | 'repeated'>> {
    if (!isEmail(input.email)) return 'malformed';
    try {
      return { id: await this.inviteWithin(input) };
    } catch (error) {
      // both are found before anything is written, so that the transaction goes on
      if (error instanceof AlreadyMemberError) return 'already_member';
      if (error instanceof AlreadyInvitedError) return 'already_invited';
      throw error;
    }
  }

  private async inviteWithin({ email, given, access = 'all', workspaces = [] }: InvitationInput): Promise<string> {
    const unit = this.work.require();
    const key = emailKey(email);
    // two who invite the same person at once: the second hears of the first
    await unit.lock(`invite:${key}`, 'alone');
    if (await this.members.hasAddress(key)) throw new AlreadyMemberError();
    if (await this.invitations.findOne({ emailKey: key, status: 'pending' })) throw new AlreadyInvitedError();
    if (unit.memberId) await this.assertNotTooMany(key);
    const id = newId();
    await this.invitations.insert({
      id,
      email: email.trim(),
      emailKey: key,
      ...given,
      access,
      invitedBy: unit.memberId,
      expiresAt: new Date(Date.now() + GOOD_FOR_MS),
    });
    await this.workspaces.insertMany(
      workspaces.map((grant) => ({ invitationId: id, inWorkspaceId: grant.id, ...grant.given })),
    );
    await this.outbox.requestInAccount(INVITATION_MAIL, id);
    await this.record(INVITATION.create, id, {
      email: { to: email.trim() },
      role: { to: given.role },
      ...(given.customRoleId && { custom_role_id: { to: given.customRoleId } }),
      access: { to: access },
    });
    return id;
  }

  /** Nobody's mailbox is flooded, by whoever has an account. @throws {TooManyInvitationsError} */
  private async assertNotTooMany(emailKey: string): Promise<void> {
    const createdAt = MoreThan(new Date(Date.now() - DAY_MS));
    const invitedBy = Not(IsNull());
    if (
      (await this.invitations.count({ emailKey, createdAt })) >= MAX_FOR_ONE_EMAIL_A_DAY ||
      (await this.invitations.count({ invitedBy, createdAt })) >= MAX_A_DAY
    )
      throw new TooManyInvitationsError();
  }

  private async pending(id: string): Promise<InvitationEntity> {
    const invitation = await this.invitations.findLocked({ id });
    if (!invitation) throw new NotFoundError();
    if (invitation.status !== 'pending') throw new InvitationSettledError(invitation.status);
    return invitation;
  }

  private record(act: Act, id: string, changes: Record<string, { from?: unknown; to?: unknown }> = {}) {
    return this.trail.record({ ...act, resource: { type: 'invitation', id }, changes });
  }
}
