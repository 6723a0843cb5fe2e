import { decide } from '#libs/access';
import type { Access, Demand, EffectiveRole } from '#libs/context';
import { builtIn } from '#libs/roles';

const NOW = 1_800_000_000_000;
const secondsAgo = (age: number) => NOW / 1_000 - age;
const assurance = (level: 1 | 2, age: number, methods = ['pwd']) => ({ level, methods, at: secondsAgo(age) });

const member = (more: object = {}): Access => ({
  kind: 'member',
  memberId: 'm',
  assurance: assurance(2, 60),
  readOnly: false,
  role: builtIn('developer'),
  workspace: { archived: false, role: builtIn('viewer') },
  ...more,
});
const own: EffectiveRole = { name: 'custom', customRoleId: 'own', permissions: new Set(['roles.write']) };
const inWorkspace = (more: Demand = {}): Demand => ({
  scope: 'workspace',
  workspaceId: 'w',
  enteredWorkspaceId: 'w',
  permission: 'documents.read',
  ...more,
});
const inAccount = (more: Demand = {}): Demand => ({ scope: 'account', permission: 'documents.write', ...more });

const NONE: Access = { kind: 'none' };
const PERSON: Access = { kind: 'person', assurance: assurance(1, 60) };
const JOB: Access = { kind: 'trusted', name: 'purge', may: ['content.purge'] };
const ANY: Access = { kind: 'trusted', name: 'test', may: 'any' };
const INVITED: Access = { kind: 'invited', readOnly: false };

/** Actor, state and demand, and the role that decides, `allowed` where none does, or status and code of the refusal. */
const TABLE: readonly (readonly [what: string, access: Access, demand: Demand, outcome: string])[] = [
  ['nobody, for a person', NONE, {}, '401 unauthenticated'],
  ['nobody, for an account', NONE, inAccount(), '401 unauthenticated'],
  ['nobody, for a workspace', NONE, inWorkspace(), '401 unauthenticated'],
  ['nobody, with a fresh proof', NONE, { freshProof: 1 }, '401 unauthenticated'],
  ['nobody, for an act', NONE, { action: 'content.purge' }, '401 unauthenticated'],

  ['a person, for a person', PERSON, { scope: 'user' }, 'allowed'],
  ['a person, for an account', PERSON, inAccount(), '409 account_not_entered'],
  ['a person, for a workspace', PERSON, inWorkspace(), '409 account_not_entered'],
  ['a person, for a permission alone', PERSON, { permission: 'account.read' }, '409 account_not_entered'],
  ['a person, giving a role', PERSON, { gives: new Set() }, '409 account_not_entered'],
  ['a person, changing a role', PERSON, { changesRole: 'own' }, '409 account_not_entered'],
  ['a person, fresh', PERSON, { freshProof: 1 }, 'allowed'],
  ['a person, fresh without a factor', PERSON, { freshProof: 2 }, '403 step_up_needed'],
  ['a person, ten minutes old', { ...PERSON, assurance: assurance(2, 600) }, { freshProof: 2 }, 'allowed'],
  ['a person, older than that', { ...PERSON, assurance: assurance(2, 601) }, { freshProof: 1 }, '403 step_up_needed'],
  ['a person of whom nothing is known', { ...PERSON, assurance: undefined }, { freshProof: 1 }, '403 step_up_needed'],
  ['a person without a factor', PERSON, { secondFactor: true }, '403 second_factor_needed'],
  ['a person with one', { ...PERSON, assurance: assurance(2, 9_000) }, { secondFactor: true }, 'allowed'],
  ['a person by password', PERSON, { withoutPassword: true }, '403 password_not_allowed'],
  [
    'a person by passkey',
    { ...PERSON, assurance: assurance(2, 60, ['hwk']), hasPassword: false },
    { withoutPassword: true },
    'allowed',
  ],
  [
    'a person by passkey who keeps a password',
    { ...PERSON, assurance: assurance(2, 60, ['hwk']), hasPassword: true },
    { withoutPassword: true },
    '403 password_not_allowed',
  ],
  [
    'a person by passkey whose password was not looked for',
    { ...PERSON, assurance: assurance(2, 60, ['hwk']) },
    { withoutPassword: true },
    '403 password_not_allowed',
  ],

  ['somebody invited', INVITED, { changesAccount: true }, 'allowed'],
  ['somebody invited, read-only', { ...INVITED, readOnly: true }, { changesAccount: true }, '403 account_read_only'],
  ['somebody invited, for the account', INVITED, inAccount(), '404 not_found'],
  ['somebody invited, without a factor', INVITED, { secondFactor: true }, '403 second_factor_needed'],
  ['somebody invited, giving a role', INVITED, { gives: new Set() }, '404 not_found'],

  ['a member, for a person', member(), { scope: 'user' }, 'developer'],
  ['a member, for the account', member(), inAccount(), 'developer'],
  ['a member, in a workspace', member(), inWorkspace(), 'viewer'],
  ['a member, about a workspace', member(), inAccount({ workspaceId: 'w' }), '403 permission_missing'],
  ['a member without a workspace', member(), inWorkspace({ workspaceId: undefined }), '409 workspace_not_entered'],
  ['a member, in another one', member(), inWorkspace({ enteredWorkspaceId: 'x' }), '409 workspace_not_entered'],
  ['a member, in none yet', member(), inWorkspace({ enteredWorkspaceId: undefined }), '409 workspace_not_entered'],
  ['a member, in one that is not there', member({ workspace: null }), inWorkspace(), '404 not_found'],
  ['a member kept out', member({ workspace: { archived: false, role: null } }), inWorkspace(), '404 not_found'],
  [
    'a member kept out, of one not entered',
    member({ workspace: { archived: false, role: null } }),
    inWorkspace({ enteredWorkspaceId: 'x' }),
    '404 not_found',
  ],
  ['a member, archived', member({ workspace: { archived: true, role: own } }), inWorkspace(), '404 not_found'],
  [
    'a member, archived and allowed',
    member({ workspace: { archived: true, role: builtIn('viewer') } }),
    inWorkspace({ archivedAllowed: true }),
    'viewer',
  ],
  ['a member, lacking it', member(), inAccount({ permission: 'account.secure' }), '403 permission_missing'],
  ['a member, of no permission', member(), inAccount({ permission: '' }), '403 permission_missing'],
  ['a member, read-only', member({ readOnly: true }), inAccount({ changesAccount: true }), '403 account_read_only'],
  ['a member, reading there', member({ readOnly: true }), inAccount(), 'developer'],
  [
    'a member, lacking it, read-only',
    member({ readOnly: true }),
    inAccount({ permission: 'account.secure', changesAccount: true }),
    '403 permission_missing',
  ],
  ['a member, giving less', member(), { gives: builtIn('viewer').permissions }, 'developer'],
  ['a member, giving as much', member(), { gives: builtIn('developer').permissions }, 'developer'],
  ['a member, giving more', member(), { gives: builtIn('admin').permissions }, '403 role_above_own'],
  [
    'a member, giving more than in the workspace',
    member(),
    { workspaceId: 'w', gives: builtIn('developer').permissions },
    '403 role_above_own',
  ],
  ['a member, changing their role', member({ role: own }), { changesRole: 'own' }, '403 role_is_own'],
  ['a member, changing another', member({ role: own }), { changesRole: 'other' }, 'custom'],
  ['a member, fresh', member(), inAccount({ freshProof: 2 }), 'developer'],
  ['a member, stale', member({ assurance: assurance(2, 700) }), inAccount({ freshProof: 2 }), '403 step_up_needed'],
  [
    'a member, stale and lacking it',
    member({ assurance: assurance(2, 700) }),
    inAccount({ permission: 'account.secure', freshProof: 2 }),
    '403 permission_missing',
  ],
  [
    'a member, without a factor',
    member({ assurance: assurance(1, 60) }),
    { secondFactor: true },
    '403 second_factor_needed',
  ],
  ['a member, for an act', member(), { action: 'content.purge' }, 'developer'],

  ['a job, for what it may record', JOB, { action: 'content.purge' }, 'allowed'],
  ['a job, for anything else', JOB, { action: 'account.suspend' }, '500 internal_error'],
  ['a job with an empty list', { ...JOB, may: [] }, { action: 'content.purge' }, '500 internal_error'],
  ['a job, giving a role', JOB, { gives: builtIn('owner').permissions }, 'allowed'],
  ['a test that may do anything', ANY, { action: 'account.suspend' }, 'allowed'],
  ['a kind of access that is unknown', { kind: 'key' } as unknown as Access, inAccount(), '401 unauthenticated'],
];

test.each(TABLE)('TEN-05 ISO-11 %s', (_, access, demand, outcome) => {
  const decision = decide(access, demand, NOW);
  expect(
    decision.allowed ? (decision.role?.name ?? 'allowed') : `${decision.refusal.status} ${decision.refusal.code}`,
  ).toBe(outcome);
});

test('the table tries every field of a demand', () => {
  const tried = new Set(TABLE.flatMap(([, , demand]) => Object.keys(demand)));
  const fields: Record<keyof Demand, true> = {
    scope: true,
    workspaceId: true,
    enteredWorkspaceId: true,
    archivedAllowed: true,
    permission: true,
    changesAccount: true,
    gives: true,
    changesRole: true,
    freshProof: true,
    secondFactor: true,
    withoutPassword: true,
    action: true,
    locks: true,
  };
  // which rows are locked is no condition
  expect(Object.keys(fields).filter((field) => field !== 'locks' && !tried.has(field))).toEqual([]);
});
