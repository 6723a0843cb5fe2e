import { actsOn } from '#libs/audit';

/** Acts on a blocked IP, by the operator. */
export const ADDRESS = actsOn('address', 'authentication', ['lift']);

/** Acts of entering and leaving an account, in its sessions. */
export const ENTERING = actsOn('account', 'session', ['enter', 'switch_away']);

/** Acts on a second factor. */
export const FACTOR = actsOn('factor', 'authentication', [
  'add',
  'begin',
  'rename',
  'challenge',
  'refused',
  'remove',
  'use',
]);

/** Acts on all second factors of a user, by the operator. */
export const FACTORS = actsOn('factors', 'administration', ['remove_all']);

/** Acts on a password. */
export const PASSWORD = actsOn('password', 'authentication', [
  'change',
  'prove',
  'refused',
  'remove',
  'reset',
  'reset_requested',
]);

/** Acts on recovery codes. */
export const RECOVERY_CODES = actsOn('recovery_codes', 'authentication', ['make']);

/** Acts on a refresh token. */
export const REFRESH_TOKEN = actsOn('refresh_token', 'session', ['reused']);

/** Acts on an account session. */
export const SESSION = actsOn('session', 'session', ['end', 'renew']);

/** Acts of signing in and out. */
export const SIGN_IN = {
  ...actsOn('sign_in', 'authentication', ['accepted', 'refused']),
  ...actsOn('sign_in', 'session', ['ended', 'others_ended']),
};

/** Acts on sign-in codes by mail. */
export const SIGN_IN_CODE = actsOn('sign_in_code', 'authentication', ['requested']);

/** Acts of signing up. */
export const SIGN_UP = actsOn('sign_up', 'authentication', ['completed', 'requested']);

/** Acts on a user, by the operator. */
export const USER = actsOn('user', 'administration', ['create', 'disable', 'enable']);
