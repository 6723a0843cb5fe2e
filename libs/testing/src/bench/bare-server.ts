import { createSecretKey } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import jwt from 'jsonwebtoken';
import pg from 'pg';
import { answerParent } from '../answer-parent.js';

// What a list and a get cost at the least: node:http, pg with named statements, WHERE, and a token that is verified.

const COLUMNS =
  "id, dataset_id, title, source_url, version, created_at, updated_at, deleted_at + interval '30 days' as restorable_until";
const LIST = `select ${COLUMNS} from documents where account_id = $1 and workspace_id = $2 and deleted_at is null order by id desc limit 51`;
const GET = `select ${COLUMNS}, body from documents where account_id = $1 and workspace_id = $2 and id = $3 and deleted_at is null`;

const { url, tokenKey } = JSON.parse(process.argv[2] ?? '{}') as { url: string; tokenKey: string };
const key = createSecretKey(tokenKey, 'base64');
const pool = new pg.Pool({ connectionString: url, max: 8 });

const server = createServer(async (request, response) => {
  try {
    const claims = jwt.verify((request.headers.authorization ?? '').slice('Bearer '.length), key, {
      algorithms: ['HS256'],
    }) as { acc: string; ws: string };
    const path = (request.url ?? '').split('?')[0] ?? '';
    const id = path.slice(path.lastIndexOf('/') + 1);
    const answer = id === 'documents' ? await list(claims) : await get(claims, id);
    const text = Buffer.from(JSON.stringify(answer));
    response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': text.length });
    response.end(text);
  } catch (error) {
    response.writeHead(500, { 'Content-Length': 0 });
    response.end();
    process.stderr.write(`${(error as Error).stack}\n`);
  }
});

async function list({ acc, ws }: { acc: string; ws: string }) {
  const { rows } = await pool.query({ name: 'list', text: LIST, values: [acc, ws] });
  return { items: rows.slice(0, 50), next_cursor: rows.length > 50 ? rows[49].id : null };
}

async function get({ acc, ws }: { acc: string; ws: string }, id: string) {
  const { rows } = await pool.query({ name: 'get', text: GET, values: [acc, ws, id] });
  return rows[0];
}

server.listen(0, '127.0.0.1', () => answerParent((server.address() as AddressInfo).port));
