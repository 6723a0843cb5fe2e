import { Global, Module } from '@nestjs/common';
import { DatabaseModule, provideRepository } from '#libs/database';
import { FirstWorkspace } from '#libs/tenants';
import { LastWorkspaceEntity, WorkspaceEntity } from './workspace.entity.js';
import { EnteredWorkspaceController, WorkspacesController } from './workspaces.controller.js';
import { WorkspacesReadModel } from './workspaces.read-model.js';
import { Workspaces } from './workspaces.service.js';

/** Workspaces: a client brand each, and entering one. */
@Global()
@Module({
  imports: [DatabaseModule.forFeature([WorkspaceEntity, LastWorkspaceEntity])],
  controllers: [WorkspacesController, EnteredWorkspaceController],
  providers: [
    provideRepository(LastWorkspaceEntity, 'account'),
    provideRepository(WorkspaceEntity, 'account'),
    Workspaces,
    WorkspacesReadModel,
    { provide: FirstWorkspace, useExisting: Workspaces },
  ],
  exports: [Workspaces, FirstWorkspace],
})
export class WorkspacesModule {}
