import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Datasets, Documents } from '#libs/content';
import { type AccountPlace, ContextStore, operator, parseEnvironment } from '#libs/context';
import { type User, Users } from '#libs/identity';
import type { Role } from '#libs/roles';
import { copyDatabases, type TestDatabases } from '#libs/testing';
import { Accounts, Members } from '#libs/tenants';
import { Workspaces } from '#libs/workspaces';
import request from 'supertest';
import { createApp } from '../apps/api/src/create-app.js';

export const PASSWORD = 'a password for tests';
const ACTOR = operator('test world');

type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

/** Somebody with a token, or nobody. */
export class Client {
  constructor(
    private readonly world: World,
    readonly token: string | undefined,
  ) {}

  send(method: Method, path: string, body?: unknown, headers: Record<string, string> = {}): request.Test {
    const sent = request(this.world.app.getHttpServer())[method](path).set(headers);
    if (this.token) sent.set('Authorization', `Bearer ${this.token}`);
    return body === undefined ? sent : sent.send(body as object);
  }

  get(path: string): request.Test {
    return this.send('get', path);
  }

  post(path: string, body?: unknown): request.Test {
    return this.send('post', path, body);
  }

  /** Enters an account and comes back with the token for it. */
  async enterAccount(id: string): Promise<Client> {
    const { body } = await this.post(`/v1/me/accounts/${id}/enter`).expect(201);
    return new Client(this.world, body.access_token);
  }

  /** Enters a workspace and comes back with the token for it. */
  async enterWorkspace(id: string): Promise<Client> {
    const { body } = await this.post(`/v1/account/workspaces/${id}/enter`).expect(201);
    return new Client(this.world, body.access_token);
  }
}

/** A workspace with a dataset of one document. */
export interface WorldWorkspace {
  readonly id: string;
  readonly name: string;
  readonly datasetId: string;
  readonly documentId: string;
}

/** An account of a world; every builder hangs off it. */
export class WorldAccount {
  readonly workspaces: WorldWorkspace[] = [];

  constructor(
    private readonly world: World,
    readonly place: AccountPlace,
    readonly name: string,
    readonly owner: User,
  ) {}

  get id(): string {
    return this.place.id;
  }

  async addWorkspace(name: string): Promise<WorldWorkspace> {
    const { contexts, app } = this.world;
    const id = await contexts.runAs({ actor: ACTOR, account: this.place }, () => app.get(Workspaces).create({ name }));
    const filled = await contexts.runAs({ actor: ACTOR, account: this.place, workspaceId: id }, async () => {
      const datasetId = await app.get(Datasets).create({ name: 'Notes' });
      const body = `The canary of ${this.name} sings in ${name}.`;
      return { datasetId, documentId: await app.get(Documents).create(datasetId, { title: 'Quarterly plan', body }) };
    });
    const workspace = { id, name, ...filled };
    this.workspaces.push(workspace);
    return workspace;
  }

  /** Adds a person, new or known, and returns the ids of the member and the user. */
  async addMember(
    role: Role,
    options: { access?: 'all' | 'named'; workspaces?: { id: string; role: Role }[]; user?: User } = {},
  ): Promise<{ memberId: string; user: User }> {
    const { user = await this.world.person(`${role} of ${this.name}`), ...more } = options;
    const memberId = await this.world.app.get(Members).add(this.place, { user, role, ...more }, ACTOR);
    return { memberId, user };
  }

  /** Adds a person and signs them in to the account. */
  async clientOf(
    role: Role,
    options: { access?: 'all' | 'named'; workspaces?: { id: string; role: Role }[] } = {},
  ): Promise<Client & { memberId: string }> {
    const { memberId, user } = await this.addMember(role, options);
    return Object.assign(await (await this.world.signIn(user.email)).enterAccount(this.id), { memberId });
  }

  /** The owner, signed in to the account. */
  async ownerClient(): Promise<Client> {
    return (await this.world.signIn(this.owner.email)).enterAccount(this.id);
  }
}

/** The whole product on databases of its own, with whatever accounts a test makes. */
export class World {
  private people = 0;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly databases: TestDatabases,
  ) {}

  static async open(variables: Record<string, string> = {}): Promise<World> {
    const databases = await copyDatabases();
    const environment = parseEnvironment({
      CORS_ORIGINS: 'https://console.example',
      PUBLIC_REQUESTS_PER_MINUTE: '100000',
      ...variables,
    });
    return new World(
      await createApp(environment, { connections: databases.connections, embedded: undefined }, true),
      databases,
    );
  }

  get contexts(): ContextStore {
    return this.app.get(ContextStore);
  }

  get nobody(): Client {
    return new Client(this, undefined);
  }

  as(token: string): Client {
    return new Client(this, token);
  }

  person(name: string): Promise<User> {
    this.people += 1;
    return this.app
      .get(Users)
      .create({ name, email: `person${this.people}@example.com`, password: PASSWORD, createdBy: 'test' });
  }

  /** An account with an owner and two filled workspaces. */
  async account(name: string, region = 'eu-west-1'): Promise<WorldAccount> {
    const owner = await this.person(`Owner of ${name}`);
    const place = await this.app.get(Accounts).create({ name, region, owner }, ACTOR);
    const account = new WorldAccount(this, place, name, owner);
    await account.addWorkspace('First');
    await account.addWorkspace('Second');
    return account;
  }

  async signIn(email: string, password = PASSWORD): Promise<Client> {
    const { body } = await this.nobody.post('/v1/sessions', { email, password }).expect(201);
    return new Client(this, body.access_token);
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.databases.drop();
  }
}

/** Two accounts in one cell. */
export async function twoAccounts(world: World): Promise<{ acme: WorldAccount; globex: WorldAccount }> {
  return { acme: await world.account('Acme'), globex: await world.account('Globex') };
}

/** An answer without what differs from request to request: what a client could compare. */
export function comparable({ status, body, headers }: request.Response): unknown {
  const { request_id: _, ...rest } = body as Record<string, unknown>;
  const { date: _date, 'x-request-id': _id, connection: _connection, 'keep-alive': _keep, ...kept } = headers;
  return { status, body: rest, headers: kept };
}
