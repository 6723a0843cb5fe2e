import { actsOn } from '#libs/audit';

export const ADDRESS = actsOn('address', 'authentication', ['lift']);
export const ENTERING = actsOn('account', 'session', ['enter', 'switch_away']);
export const FACTOR = actsOn('factor', 'authentication', [
  'add',
  'begin',
  'rename',
  'challenge',
  'refused',
  'remove',
  'use',
]);
export const FACTORS = actsOn('factors', 'administration', ['remove_all']);
export const PASSWORD = actsOn('password', 'authentication', [
  'change',
  'prove',
  'refused',
  'remove',
  'reset',
  'reset_requested',
]);
export const RECOVERY_CODES = actsOn('recovery_codes', 'authentication', ['make']);
export const REFRESH_TOKEN = actsOn('refresh_token', 'session', ['reused']);
export const SESSION = actsOn('session', 'session', ['end', 'renew']);
export const SIGN_IN = {
  ...actsOn('sign_in', 'authentication', ['accepted', 'refused']),
  ...actsOn('sign_in', 'session', ['ended', 'others_ended']),
};
export const SIGN_IN_CODE = actsOn('sign_in_code', 'authentication', ['requested']);
export const SIGN_UP = actsOn('sign_up', 'authentication', ['completed', 'requested']);
export const USER = actsOn('user', 'administration', ['create', 'disable', 'enable']);
