export { WorkspacesModule } from './workspaces.module.js';
export { type WorkspaceChanges, Workspaces } from './workspaces.service.js';
