import { actsOn } from '#libs/audit';

export const ACCOUNT = {
  ...actsOn('account', 'administration', ['create', 'suspend', 'resume']),
  ...actsOn('account', 'settings', ['read', 'update']),
  ...actsOn('account', 'role', ['transfer_ownership']),
};
export const INVITATION = actsOn('invitation', 'membership', [
  'list',
  'look',
  'read',
  'create',
  'accept',
  'resend',
  'revoke',
]);
export const MEMBER = {
  ...actsOn('member', 'membership', ['list', 'read', 'add', 'leave', 'remove']),
  ...actsOn('member', 'role', ['update', 'give_workspace_role', 'take_workspace_role']),
};
