export { AccountEntity } from './accounts/account.entity.js';
export { Accounts, type AccountSettings } from './accounts/accounts.service.js';
export { type InvitationInput, Invitations } from './invitations/invitations.service.js';
export { type MemberChanges, MemberRoles } from './members/member-roles.service.js';
export { type Admission, Members, type WorkspaceGrant } from './members/members.service.js';
export { Subscribing, type SubscriptionStart } from './accounts/subscribing.port.js';
export { FirstWorkspace } from './sign-ups/first-workspace.port.js';
export {
  AlreadyInvitedError,
  AlreadyMemberError,
  InvitationForAnotherError,
  InvitationSettledError,
  RegionUnknownError,
  TooManyInvitationsError,
} from './tenants.errors.js';
export { TenantsModule, TenantsRequestsModule, TenantsWorkerModule } from './tenants.module.js';
