import { ApiProperty } from '@nestjs/swagger';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { NotFoundError } from '#libs/context';
import { Reader, TenantConnection, UnitOfWork } from '#libs/database';
import { Endpoint, PathId, Resource } from '#libs/http';
import { type Client, copyDatabases, World, type WorldAccount } from '#libs/testing';
import { createApp } from '../apps/api/src/create-app.js';

const TITLES = 'select title from documents where account_id = $1 and workspace_id = $2';
const READING = {
  scope: 'workspace',
  permission: 'documents.read',
  authorizedWithRead: true,
  records: { category: 'content', action: 'any.read' },
} as const;

class AnyView {
  @ApiProperty({ oneOf: [{ type: 'string' }, { type: 'array', items: {} }, { type: 'object' }] })
  value!: unknown;
}

/** Careless handlers of endpoints that are authorized with their first read. */
@Resource('readAuthorization', 'Operations of a test.')
@Controller('v1/read-authorization')
class CarelessController {
  constructor(
    private readonly reader: Reader,
    private readonly work: UnitOfWork,
  ) {}

  @Get('nothing')
  @Endpoint({ summary: 'Reads nothing', ...READING, returns: AnyView })
  nothing(): AnyView {
    return { value: 'answered' };
  }

  @Get('swallowing')
  @Endpoint({ summary: 'Answers whatever its read says', ...READING, returns: AnyView })
  async swallowing(): Promise<AnyView> {
    await this.reader.inWorkspace(TITLES).catch(() => undefined);
    return { value: 'answered' };
  }

  @Get('twice')
  @Endpoint({ summary: 'Reads twice at once', ...READING, returns: AnyView })
  async twice(): Promise<AnyView> {
    return { value: await Promise.all([this.reader.inWorkspace(TITLES), this.reader.inWorkspace(TITLES)]) };
  }

  @Get('failing')
  @Endpoint({ summary: 'Fails in SQL', ...READING, returns: AnyView })
  async failing(): Promise<AnyView> {
    return { value: await this.reader.inWorkspace(`${TITLES} and 1 / (version - version) = 1`) };
  }

  @Get('missing')
  @Endpoint({ summary: 'Finds nothing, without looking', ...READING, returns: AnyView })
  missing(): AnyView {
    throw new NotFoundError();
  }

  @Get('writing')
  @Endpoint({ summary: 'Begins a command', ...READING, returns: AnyView })
  async writing(): Promise<AnyView> {
    return { value: await this.work.run(async () => this.work.require().nothingHappened()) };
  }

  @Get(':documentId')
  @Endpoint({ summary: 'Takes an id', ...READING, returns: AnyView })
  one(@PathId('documentId') id: string, @Param() _: unknown): AnyView {
    return { value: id };
  }
}

@Module({ controllers: [CarelessController] })
class CarelessModule {}

let world: World;
let acme: WorldAccount;
let alive: Client;
let ended: Client;
let narrowed: Client;

beforeAll(async () => {
  world = await World.open(
    (environment, given) => createApp(environment, given, true, [CarelessModule]),
    {},
    await copyDatabases(),
  );
  acme = await world.account('Acme');
  const [first] = acme.workspaces;
  const enter = async () => (await acme.ownerClient()).enterWorkspace(first?.id ?? '');
  [alive, ended] = [await enter(), await enter()];
  await ended.send('delete', '/v1/sessions/current').expect(200);
  // still a member, and no longer of this workspace
  const member = await acme.clientOf('viewer');
  narrowed = await member.enterWorkspace(first?.id ?? '');
  const owner = await acme.ownerClient();
  const { headers } = await owner.get(`/v1/account/members/${member.memberId}`).expect(200);
  await owner
    .send('patch', `/v1/account/members/${member.memberId}`, { access: 'named' }, { 'If-Match': headers['etag'] ?? '' })
    .expect(200);
});
afterAll(() => world?.close());

describe('AUT-01 TEN-05 authorization with the first read', () => {
  test('shares its round trip: a document takes one', async () => {
    const alone = jest.spyOn(TenantConnection.prototype, 'query');
    const together = jest.spyOn(TenantConnection.prototype, 'readBoth');
    try {
      await alive.get(`/v1/documents/${acme.workspaces[0]?.documentId}`).expect(200);
      expect([alone.mock.calls.length, together.mock.calls.length]).toEqual([0, 1]);
      await ended.get(`/v1/documents/${acme.workspaces[0]?.documentId}`).expect(401);
      expect(together.mock.calls).toHaveLength(2);
      // the refusal is recorded, and nothing else asked
      for (const [text] of alone.mock.calls) expect(text).toContain('insert into audit_entries');
    } finally {
      alone.mockRestore();
      together.mockRestore();
    }
  });

  test.each([
    ['reads nothing', 'nothing', 200],
    ['swallows its refusal', 'swallowing', 200],
    ['reads twice at once', 'twice', 200],
    ['fails in SQL', 'failing', 500],
    ['says that there is nothing', 'missing', 404],
    ['begins a command', 'writing', 500],
    ['was given no id', 'no-id', 400],
  ])('is decided although the handler %s', async (_, path, status) => {
    await alive.get(`/v1/read-authorization/${path}`).expect(status);
    expect((await ended.get(`/v1/read-authorization/${path}`).expect(401)).body.code).toBe('unauthenticated');
    expect((await narrowed.get(`/v1/read-authorization/${path}`).expect(404)).body.code).toBe('not_found');
  });
});
