import { actsOn } from '#libs/audit';

/** Acts on the account. */
export const ACCOUNT = {
  ...actsOn('account', 'administration', ['create', 'suspend', 'resume']),
  ...actsOn('account', 'settings', ['read', 'update']),
  ...actsOn('account', 'role', ['transfer_ownership']),
};

/** Acts on an invitation. */
export const INVITATION = actsOn('invitation', 'membership', [
  'list',
  'look',
  'read',
  'create',
  'accept',
  'resend',
  'revoke',
]);

/** Acts on a member. */
export const MEMBER = {
  ...actsOn('member', 'membership', ['list', 'read', 'add', 'leave', 'remove']),
  ...actsOn('member', 'role', ['update', 'give_workspace_role', 'take_workspace_role']),
};
