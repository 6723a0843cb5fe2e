import {
  OF_EVERY_ROLE,
  builtIn,
  effectiveRole,
  GRANTABLE,
  heldRole,
  isAccountWide,
  mayGive,
  PERMISSIONS,
  ROLE_PERMISSIONS,
  ROLES,
  rolesWith,
} from '#libs/roles';

test('TEN-03 the owner may do everything, and each role at most what the one before it may', () => {
  expect(ROLE_PERMISSIONS.owner).toEqual(new Set(Object.keys(PERMISSIONS)));
  for (const [index, role] of ROLES.entries()) {
    const above = ROLES[index - 1];
    if (above)
      expect([...ROLE_PERMISSIONS[role]].filter((permission) => !ROLE_PERMISSIONS[above].has(permission))).toEqual([]);
  }
});

test('every permission is somebody’s', () => {
  for (const permission of Object.keys(PERMISSIONS)) expect(rolesWith(permission)).toContain('owner');
});

test('B6 a role may be given by those who have all of its permissions', () => {
  const givers = (role: (typeof ROLES)[number]) =>
    ROLES.filter((giver) => mayGive(ROLE_PERMISSIONS[giver], builtIn(role)));
  expect(givers('owner')).toEqual(['owner']);
  expect(givers('admin')).toEqual(['owner', 'admin']);
  expect(givers('viewer')).toEqual([...ROLES]);
});

test.each([
  ['admin', 'all', null, 'admin'],
  ['admin', 'all', 'viewer', 'admin'],
  ['owner', 'named', 'viewer', 'owner'],
  ['developer', 'all', null, 'developer'],
  ['developer', 'all', 'viewer', 'viewer'],
  ['viewer', 'all', 'developer', 'developer'],
  ['developer', 'named', null, null],
  ['viewer', 'named', 'member', 'member'],
] as const)(
  'TEN-03 account role %s, access %s, role for the workspace %s → %s',
  (accountRole, access, workspaceRole, role) => {
    const grant = { accountRole: builtIn(accountRole), access, workspaceRole: workspaceRole && builtIn(workspaceRole) };
    expect(effectiveRole(grant)?.name ?? null).toBe(role);
  },
);

test('TEN-03 a role of an account’s own that lets people in or shows the trail cannot be narrowed, and none has what is the owner’s', () => {
  const own = (...permissions: string[]) => heldRole({ role: 'custom', customRoleId: 'one' }, permissions);
  const viewer = builtIn('viewer');
  const grant = { access: 'all', workspaceRole: viewer } as const;
  expect(effectiveRole({ ...grant, accountRole: own('audit.read') })?.name).toBe('custom');
  expect(effectiveRole({ ...grant, accountRole: own('documents.read') })).toBe(viewer);
  const nothing = effectiveRole({ ...grant, accountRole: own('documents.read'), workspaceRole: own() });
  expect([...(nothing?.permissions ?? [])]).toEqual(OF_EVERY_ROLE);
  expect(ROLES.filter((role) => isAccountWide(builtIn(role)))).toEqual(['owner', 'admin']);
  expect(GRANTABLE).not.toContain('account.transfer');
  expect(GRANTABLE).not.toContain('account.secure');
});
