import { newId } from '#libs/context';
import type { Seed } from '#libs/database';
import { givenRole } from '#libs/roles';
import { Invitations } from './invitations/invitations.service.js';

const VIEWER = givenRole({ role: 'viewer' });

/** Rows of invitations, for tests and the isolation proof. */
export const TENANT_SEEDS: readonly Seed[] = [
  {
    table: 'invitations',
    scope: 'account',
    sow: async (app, { workspaceId }) => {
      const invite = (more: object) =>
        app.get(Invitations).invite({ email: `invited.${newId()}@example.com`, given: VIEWER, ...more });
      // one for the whole account, which lists show beside the one for a workspace
      await invite({});
      return invite({ access: 'named', workspaces: [{ id: workspaceId, given: VIEWER }] });
    },
  },
];
