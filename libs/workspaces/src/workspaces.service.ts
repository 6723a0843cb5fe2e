import { Injectable } from '@nestjs/common';
import { AuditTrail, type Change, changesBetween, type Act } from '#libs/audit';
import { ContextMissingError, ContextStore, newId, NotFoundError } from '#libs/context';
import { UnitOfWork, InjectRepository, ScopedRepository } from '#libs/database';
import { Entitlements } from '#libs/entitlements';
import { AccessTokens, AccountSessions, type IssuedToken } from '#libs/identity';
import { MemberRoles } from '#libs/tenants';
import { WorkspaceEntity } from './workspace.entity.js';
import { LastWorkspaceEntity } from './workspace.entity.js';
import { WORKSPACE } from './workspaces.acts.js';

/** A workspace to be created, with an id of one that may be there already: then nothing happens. Default a new id and no color. */
export type NewWorkspace = Readonly<Pick<WorkspaceEntity, 'name'> & Partial<Pick<WorkspaceEntity, 'id' | 'color'>>>;

/** What can be changed of a workspace. */
export type WorkspaceChanges = Readonly<Partial<Pick<WorkspaceEntity, 'name' | 'color' | 'secondFactor'>>>;

/** The client brands of an account. A workspace is archived and brought back, never deleted here. */
@Injectable()
export class Workspaces {
  constructor(
    private readonly contexts: ContextStore,
    private readonly work: UnitOfWork,
    @InjectRepository(WorkspaceEntity) private readonly workspaces: ScopedRepository<WorkspaceEntity>,
    @InjectRepository(LastWorkspaceEntity) private readonly last: ScopedRepository<LastWorkspaceEntity>,
    private readonly roles: MemberRoles,
    private readonly entitlements: Entitlements,
    private readonly sessions: AccountSessions,
    private readonly tokens: AccessTokens,
    private readonly trail: AuditTrail,
  ) {}

  /**
   * Creates a workspace, which whoever made it may enter; returns its id.
   *
   * @throws {LimitReachedError}
   */
  async create({ id: known, ...workspace }: NewWorkspace): Promise<string> {
    const id = known ?? newId();
    await this.work.run(async () => {
      if (known) await this.work.require().lock('workspace', 'alone');
      if (known && (await this.workspaces.findOne({ id }))) return this.work.require().nothingHappened();
      await this.workspaces.insert({ id, ...workspace });
      await this.entitlements.requireRoom({ workspaces: 1 });
      if (this.work.require().memberId) await this.roles.admitSelf(id);
      await this.record(WORKSPACE.create, id, { name: { to: workspace.name } });
    });
    return id;
  }

  /**
   * Renames or recolours a workspace.
   *
   * @throws {NotFoundError} @throws {PreconditionFailedError} where `version` is not the newest.
   */
  async update(id: string, version: number, changes: WorkspaceChanges): Promise<void> {
    await this.work.run(async () => {
      const before = await this.workspaces.findLocked({ id });
      if (!before) throw new NotFoundError();
      if (changes.secondFactor && changes.secondFactor !== before.secondFactor)
        this.assertMaySecure(changes.secondFactor);
      await this.workspaces.updateVersion({ id }, changes, version);
      // whoever has a token for it without comes in again, with one
      if (changes.secondFactor === 'required' && before.secondFactor !== 'required') await this.sessions.endAllOthers();
      await this.record(WORKSPACE.update, id, changesBetween(before, changes));
    });
  }

  /** Archives a workspace, or brings it back: nobody enters an archived one, from the next request. Repeating it is harmless. @throws {LimitReachedError} */
  async setArchived(id: string, archived: boolean): Promise<void> {
    await this.work.run(async () => {
      const before = await this.workspaces.findLocked({ id });
      if (!before) throw new NotFoundError();
      if ((before.archivedAt !== null) === archived) return this.work.require().nothingHappened();
      await this.workspaces.updateVersion({ id }, { archivedAt: archived ? () => 'now()' : null });
      if (!archived) await this.entitlements.requireRoom({ workspaces: 1 });
      await this.record(archived ? WORKSPACE.archive : WORKSPACE.restore, id, {
        archived: { from: !archived, to: archived },
      });
    });
  }

  /** Enters a workspace: one entry in the trail, and a fresh token that says so. */
  async enter(id: string): Promise<IssuedToken> {
    const context = this.contexts.require();
    const account = context.requireAccount('Entering a workspace');
    const { userId, signInSessionId, clientId, assurance, accountSessionId: sessionId } = context.requireUser();
    if (!sessionId || !clientId || !assurance) throw new ContextMissingError('Entering a workspace');
    const session = await this.work.run(async () => {
      const unit = this.work.require();
      const memberId = unit.requireMemberId();
      const workspace = await this.workspaces.findOne({ id });
      if (workspace?.secondFactor === 'required') unit.demand({ secondFactor: true });
      await this.last.upsert({ memberId, enteredId: id }, ['enteredId'], ['memberId']);
      const entered = await this.sessions.enterWorkspace(id);
      await this.trail.record({ ...WORKSPACE.enter, resource: { type: 'workspace', id } }, id);
      return entered;
    });
    return this.tokens.issue(
      { userId, signInSessionId, clientId, assurance, account: { ...account, sessionId }, workspaceId: id },
      session,
    );
  }

  /** What is demanded of whoever enters is the owner's to say, freshly, and to relax with a factor shown. */
  private assertMaySecure(demand: 'required' | 'optional'): void {
    this.work.require().demand({ permission: 'account.secure', freshProof: demand === 'optional' ? 2 : 1 });
  }

  private record(act: Act, id: string, changes: Record<string, Change>): Promise<void> {
    return this.trail.record({ ...act, resource: { type: 'workspace', id }, changes }, id);
  }
}
