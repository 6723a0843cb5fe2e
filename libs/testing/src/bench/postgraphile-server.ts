import { createSecretKey } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { signContext } from '#libs/database';
import jwt from 'jsonwebtoken';
import { answerParent } from '../answer-parent.js';

// PostGraphile over the same policies: each request in a transaction that begins with the signed context.

// it wants Node 22; this is all of it that it uses
if (!('withResolvers' in Promise)) {
  Object.assign(Promise, {
    withResolvers() {
      let resolve: unknown;
      let reject: unknown;
      const promise = new Promise((one, other) => {
        [resolve, reject] = [one, other];
      });
      return { promise, resolve, reject };
    },
  });
}
const { PostGraphileAmberPreset } = await import('postgraphile/presets/amber');
const { makePgService } = await import('postgraphile/adaptors/pg');
const { postgraphile } = await import('postgraphile');
const { grafserv } = await import('postgraphile/grafserv/node');

const settings = JSON.parse(process.argv[2] ?? '{}') as {
  url: string;
  tokenKey: string;
  contextKey: { id: string; key: string };
};
const tokenKey = createSecretKey(settings.tokenKey, 'base64');
const contextKey = { id: settings.contextKey.id, key: createSecretKey(settings.contextKey.key, 'base64') };

const preset = {
  extends: [PostGraphileAmberPreset],
  pgServices: [makePgService({ connectionString: settings.url, schemas: ['public'], poolConfig: { max: 8 } })],
  grafserv: { graphqlPath: '/graphql', websockets: false, watch: false },
  grafast: {
    explain: false,
    context: ({ node }: { node?: { req: IncomingMessage } }) => {
      const token = (node?.req.headers.authorization ?? '').slice('Bearer '.length);
      const { acc, ws, sub } = jwt.verify(token, tokenKey, { algorithms: ['HS256'] }) as Record<string, string>;
      const context = { accountId: acc ?? '', workspaceId: ws ?? '', userId: sub ?? '', capability: 'user' };
      return {
        pgSettings: {
          'app.current_account_id': context.accountId,
          'app.current_workspace_id': context.workspaceId,
          'app.current_user_id': context.userId,
          'app.context_signature': signContext(contextKey, context, null, Date.now()),
        },
      };
    },
  },
};

const server = createServer();
const serv = postgraphile(preset as never).createServ(grafserv);
await serv.addTo(server);
server.listen(0, '127.0.0.1', () => answerParent((server.address() as AddressInfo).port));
