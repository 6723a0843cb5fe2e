import { Body, Controller, Get, Patch, Post, Query } from '@nestjs/common';
import { ContextStore } from '#libs/context';
import { Changes, Endpoint, IfMatch, type Page, PageOf, Pages, PathId, Resource, camelCased } from '#libs/http';
import { TokenView } from '#libs/identity';
import { LimitReachedError } from '#libs/entitlements';
import { SecondFactorNeededError, StepUpNeededError } from '#libs/access';
import { WorkspacesReadModel } from './workspaces.read-model.js';
import { Workspaces } from './workspaces.service.js';
import { ShownWorkspaceView, WorkspaceView } from './workspaces.views.js';
import { NewWorkspaceBody, WorkspaceChangesBody, WorkspacesQuery } from './workspaces.bodies.js';
import { WORKSPACE } from './workspaces.acts.js';

@Resource('workspaces', 'The workspaces of the account, one for each client brand.')
@Controller('v1/account/workspaces')
export class WorkspacesController {
  constructor(
    private readonly workspaces: Workspaces,
    private readonly reads: WorkspacesReadModel,
    private readonly pages: Pages,
  ) {}

  @Get()
  @Endpoint({
    summary: 'List the workspaces that I may enter',
    scope: 'account',
    records: WORKSPACE.list,
    permission: 'workspaces.read',
    returns: PageOf(WorkspaceView),
  })
  async list(@Query() { state = 'active', ...query }: WorkspacesQuery): Promise<Page<WorkspaceView>> {
    const name = `workspaces:${state}`;
    const start = this.pages.start(name, query);
    return this.pages.page(name, start, await this.reads.list(state === 'archived', start));
  }

  @Post()
  @Endpoint({
    summary: 'Create a workspace',
    scope: 'account',
    records: WORKSPACE.create,
    permission: 'workspaces.create',
    returns: ShownWorkspaceView,
    status: 201,
    refuses: [LimitReachedError],
  })
  async create(@Body() body: NewWorkspaceBody): Promise<ShownWorkspaceView> {
    return this.reads.find(await this.workspaces.create(body));
  }

  @Get(':workspaceId')
  @Endpoint({
    summary: 'Show a workspace',
    scope: 'account',
    records: WORKSPACE.read,
    permission: 'workspaces.read',
    returns: ShownWorkspaceView,
    archivedAllowed: true,
  })
  show(@PathId('workspaceId') id: string): Promise<ShownWorkspaceView> {
    return this.reads.find(id);
  }

  @Patch(':workspaceId')
  @Endpoint({
    summary: 'Change the name, color or second-factor rule of a workspace',
    scope: 'account',
    records: WORKSPACE.update,
    permission: 'workspaces.update',
    locks: { workspace: true },
    returns: ShownWorkspaceView,
    conditional: true,
    refuses: [StepUpNeededError],
  })
  async update(
    @PathId('workspaceId') id: string,
    @IfMatch() version: number,
    @Changes() changes: WorkspaceChangesBody,
  ): Promise<ShownWorkspaceView> {
    await this.workspaces.update(id, version, camelCased(changes));
    return this.reads.find(id);
  }

  @Post(':workspaceId/archive')
  @Endpoint({
    summary: 'Archive a workspace',
    scope: 'account',
    records: WORKSPACE.archive,
    permission: 'workspaces.archive',
    whileReadOnly: true,
    locks: { workspace: true },
    returns: ShownWorkspaceView,
    archivedAllowed: true,
  })
  async archive(@PathId('workspaceId') id: string): Promise<ShownWorkspaceView> {
    await this.workspaces.setArchived(id, true);
    return this.reads.find(id);
  }

  @Post(':workspaceId/restore')
  @Endpoint({
    summary: 'Restore an archived workspace',
    scope: 'account',
    records: WORKSPACE.restore,
    permission: 'workspaces.archive',
    locks: { workspace: true },
    returns: ShownWorkspaceView,
    archivedAllowed: true,
    refuses: [LimitReachedError],
  })
  async restore(@PathId('workspaceId') id: string): Promise<ShownWorkspaceView> {
    await this.workspaces.setArchived(id, false);
    return this.reads.find(id);
  }

  @Post(':workspaceId/enter')
  @Endpoint({
    summary: 'Enter a workspace',
    scope: 'account',
    records: WORKSPACE.enter,
    permission: 'workspaces.read',
    whileReadOnly: true,
    locks: { session: true },
    returns: TokenView,
    status: 201,
    refuses: [SecondFactorNeededError],
  })
  async enter(@PathId('workspaceId') id: string): Promise<TokenView> {
    return { ...(await this.workspaces.enter(id)), token_type: 'Bearer' };
  }
}

@Resource('enteredWorkspace', 'The workspace that the token has entered.')
@Controller('v1/workspaces/:workspaceId')
export class EnteredWorkspaceController {
  constructor(
    private readonly reads: WorkspacesReadModel,
    private readonly contexts: ContextStore,
  ) {}

  @Get()
  @Endpoint({
    summary: 'Show the workspace that was entered',
    scope: 'workspace',
    records: WORKSPACE.read,
    permission: 'workspaces.read',
    returns: ShownWorkspaceView,
  })
  show(@PathId('workspaceId') _id: string): Promise<ShownWorkspaceView> {
    return this.reads.find(this.contexts.require().requireWorkspaceId());
  }
}
