import { effectiveRole, mayGive, PERMISSIONS, ROLE_PERMISSIONS, ROLES, rolesWith } from '#libs/roles';

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
  const givers = (role: (typeof ROLES)[number]) => ROLES.filter((giver) => mayGive(ROLE_PERMISSIONS[giver], role));
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
    expect(effectiveRole({ accountRole, access, workspaceRole })).toBe(role);
  },
);
