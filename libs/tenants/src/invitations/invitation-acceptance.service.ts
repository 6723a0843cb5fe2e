import { Injectable } from '@nestjs/common';
import { AuditTrail, type EventSource } from '#libs/audit';
import { type AccountPlace, type Actor, ContextStore, job } from '#libs/context';
import { Directory, Reader, UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { UnauthenticatedError } from '#libs/http';
import { emailKey, MailedTokenRefusedError, type User, Users } from '#libs/identity';
import { assertAllowed } from '#libs/access';
import { type GivenRole, type RoleName } from '#libs/roles';
import { MemberRoles } from '../members/member-roles.service.js';
import { Members } from '../members/members.service.js';
import { InvitationForAnotherError } from '../tenants.errors.js';
import { type InvitationToken, readInvitationToken } from './invitation-token.js';
import { InvitationEntity } from './invitation.entity.js';
import { InvitationWorkspaceEntity } from './invitation.entity.js';
import { INVITATION } from '../tenants.acts.js';

/** What somebody is invited to, as whoever has the mail may see it. */
export interface OpenInvitation {
  readonly account_name: string;
  readonly region: string;
  readonly email: string;
  readonly role: RoleName;
  /** What the account calls a role of its own; null for a built-in one. */
  readonly role_name: string | null;
  readonly expires_at: string;
  /** Whether the address has a sign-in already; if not, accepting makes one. */
  readonly has_sign_in: boolean;
}

interface InvitationRow extends Record<string, unknown> {
  readonly account_name: string;
  readonly region: string;
  readonly email: string;
  readonly email_key: string;
  readonly role: RoleName;
  readonly role_name: string | null;
  readonly expires_at: string;
  readonly read_only: boolean;
}

const INVITED = `select a.name as account_name, a.data_region as region, a.read_only, i.email, i.email_key, i.role, i.expires_at,
    (select c.name from custom_roles c where c.account_id = $1 and c.id = i.custom_role_id) as role_name
  from invitations i join accounts a on a.account_id = i.account_id
  where i.account_id = $1 and i.id = $2 and i.secret_hash = $3 and i.status = 'pending' and i.expires_at > now()
    and a.status = 'active'`;

/** The actions that joining an account records. */
const ACTIONS = ['member.add', 'invitation.accept'] as const;

/** Comes into an account with what a mail carries. Whoever has it can read what is sent to the invited address. */
@Injectable()
export class InvitationAcceptance {
  constructor(
    private readonly contexts: ContextStore,
    private readonly directory: Directory,
    private readonly reader: Reader,
    private readonly work: UnitOfWork,
    @InjectRepository(InvitationEntity) private readonly invitations: ScopedRepository<InvitationEntity>,
    @InjectRepository(InvitationWorkspaceEntity)
    private readonly workspaces: ScopedRepository<InvitationWorkspaceEntity>,
    private readonly members: Members,
    private readonly roles: MemberRoles,
    private readonly users: Users,
    private readonly trail: AuditTrail,
  ) {}

  /** Shows what one is invited to. @throws {MailedTokenRefusedError} where it is wrong, settled, replaced or too old. */
  async look(text: string): Promise<OpenInvitation> {
    const { row } = await this.find(text);
    const { email_key: key, account_name, region, email, role, role_name, expires_at } = row;
    const has_sign_in = (await this.users.findByEmail(key)) !== null;
    return { account_name, region, email, role, role_name, expires_at, has_sign_in };
  }

  /**
   * Makes whoever is signed in a member.
   *
   * @throws {MailedTokenRefusedError} where the invitation is wrong, settled, replaced or too old.
   * @throws {InvitationForAnotherError} where it is for another address; it stays good.
   * @throws {AccountReadOnlyError} where the account can only be read; it stays good.
   * @throws {LimitReachedError} where the account has no seat left; it stays good.
   */
  async accept(text: string): Promise<{ readonly accountId: string }> {
    const context = this.contexts.require();
    const { requestId, origin } = context;
    const { userId, signInSessionId, clientId } = context.requireUser();
    const found = await this.findJoinable(text);
    const user = await this.users.find(userId);
    if (!user) throw new UnauthenticatedError();
    if (emailKey(user.email) !== found.row.email_key) throw new InvitationForAnotherError();
    // without account session: none was opened there yet
    const joining: Actor = { kind: 'user', userId, signInSessionId, ...(clientId && { clientId }) };
    await this.join(found, user, joining, { requestId, origin });
    return { accountId: found.account.id };
  }

  /**
   * Makes a person and a member of them at once: who has the mail has the address.
   *
   * @throws as {@link accept}.
   * @throws {EmailTakenError} where the address has a sign-in: sign in and accept.
   * @throws {InvalidRequestError} for a name or a password that is refused.
   */
  async acceptAsNew(
    text: string,
    person: { readonly name: string; readonly password: string },
    source: EventSource,
  ): Promise<{ readonly accountId: string; readonly user: User }> {
    const found = await this.findJoinable(text);
    const { account, token, row } = found;
    const prepared = await this.users.prepare({ ...person, email: row.email, createdBy: 'user' });
    const { user } = prepared;
    await this.contexts.runAs({ ...source, actor: job('invitation', ACTIONS, user.id), account }, () =>
      this.work.run(async () => {
        await this.settle(token, user);
        // last of all: who is refused for a seat, or for the inviter, leaves nobody behind whose address would be taken
        await this.users.insert(prepared);
        await this.directory.call('link_user', { toUser: user.id, toAccount: account.id });
      }),
    );
    return { accountId: account.id, user };
  }

  /** @throws {AccountReadOnlyError} where nobody joins until the account is paid for. */
  private async findJoinable(text: string) {
    const found = await this.find(text);
    assertAllowed({ kind: 'invited', readOnly: found.row.read_only }, { changesAccount: true });
    return found;
  }

  private async find(text: string) {
    const token = readInvitationToken(text);
    if (!token) throw new MailedTokenRefusedError();
    const { accountId, invitationId, hash } = token;
    const [pointer] = await this.directory.call('locate_account', { wantedId: accountId });
    if (pointer?.status !== 'active') throw new MailedTokenRefusedError();
    const account = { id: accountId, cell: pointer.cell };
    const [row] = await this.contexts.runAs({ actor: job('invitation', ACTIONS), account }, () =>
      this.reader.inAccount<InvitationRow>(INVITED, invitationId, hash),
    );
    if (!row) throw new MailedTokenRefusedError();
    return { account, token, row };
  }

  private async join(
    { account, token }: { readonly account: AccountPlace; readonly token: InvitationToken },
    user: User,
    actor: Actor,
    source: EventSource,
  ): Promise<void> {
    // the cell decides; the pointer comes first, because "my accounts" asks the cell whether it is true
    await this.directory.call('link_user', { toUser: user.id, toAccount: account.id });
    await this.contexts.runAs({ ...source, actor, account }, () =>
      this.work.runWithoutAuthorization('the invitation is what allows it, and is locked when it is settled', () =>
        this.settle(token, user),
      ),
    );
  }

  private async settle({ invitationId: id, hash }: InvitationToken, user: User): Promise<void> {
    const invitation = await this.invitations.findLocked({ id, status: 'pending' });
    const good = invitation?.secretHash?.equals(hash) && invitation.expiresAt.getTime() > Date.now();
    if (!invitation || !good) throw new MailedTokenRefusedError();
    // whoever is gone, or may less by now, invites nobody any more
    const rows = await this.workspaces.find({ invitationId: id });
    const given = roleOf(invitation);
    const workspaces = rows.map((row) => ({ id: row.inWorkspaceId, given: roleOf(row) }));
    const roles = [given, ...workspaces.map((grant) => grant.given)];
    if (invitation.invitedBy && !(await this.roles.mayStillGive(invitation.invitedBy, roles)))
      throw new MailedTokenRefusedError();
    const { access } = invitation;
    const memberId = await this.members.admit({ user, given, access, workspaces });
    await this.invitations.updateVersion(
      { id },
      {
        status: 'accepted',
        acceptedBy: memberId,
        secretHash: null,
        settledAt: () => 'now()',
      },
    );
    await this.trail.record({
      ...INVITATION.accept,
      resource: { type: 'invitation', id },
      changes: { member_id: { to: memberId }, role: { to: given.role } },
    });
  }
}

function roleOf<Name extends RoleName>({ role, customRoleId }: GivenRole<Name>): GivenRole<Name> {
  return { role, customRoleId };
}
