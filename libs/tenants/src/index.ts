export { Accounts, type AccountSettings } from './accounts.service.js';
export { type MemberChanges, Members } from './members.service.js';
export { CannotNarrowError, RegionUnknownError } from './tenants.errors.js';
export { TenantsModule } from './tenants.module.js';
