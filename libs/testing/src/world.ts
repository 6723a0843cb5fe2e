import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { INestApplicationContext, Type } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { EventApplication, Settlement, Subscriptions } from '#libs/billing';
import {
  type AccountPlace,
  ContextStore,
  deriveKey,
  type Environment,
  newId,
  operator,
  parseEnvironment,
  type TokenSettings,
  type Variables,
} from '#libs/context';
import { asOperator, type Databases, type Seed, seedsOf, type UserSeed } from '#libs/database';
import { type User, Users, withKeys } from '#libs/identity';
import { type LandedMail, MailFolder, OutboxDelivery } from '#libs/mail';
import {
  CustomRoles,
  givenRole,
  type GivenRole,
  type Permission,
  type Role,
  type RoleName,
  type WorkspaceRoleName,
} from '#libs/roles';
import { Accounts, Members } from '#libs/tenants';
import { Workspaces } from '#libs/workspaces';
import request from 'supertest';
import { AnswerContract, type ContractDocument } from './contract/answer-contract.js';
import { keepGivenProblems } from './contract/given-problems.js';
import { SoftAuthenticator } from './soft-authenticator.js';
import { copyDatabases, type TestDatabases } from './test-server.js';
import { WorldPayments } from './world-payments.js';

/** Password of everybody in a world. */
export const PASSWORD = 'a password for tests';
const ACTOR = operator('test world', 'any');

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
    // D1: every answer that a test gets is what the API says of itself
    sent.expect((answer) => {
      const contradiction = this.world.contract.contradiction(method, path, answer);
      if (contradiction)
        throw new Error(`${method.toUpperCase()} ${path} contradicts the OpenAPI document: ${contradiction}`);
    });
    return body === undefined ? sent : sent.send(body as object);
  }

  get(path: string): request.Test {
    return this.send('get', path);
  }

  post(path: string, body?: unknown): request.Test {
    return this.send('post', path, body);
  }

  /** Adds a passkey of a device of its own, and comes back with a token that has a second factor to show. */
  async withSecondFactor(): Promise<Client> {
    const { body } = await this.post('/v1/me/factors/passkey/options').expect(201);
    const response = new SoftAuthenticator().create(body.options);
    const made = { challenge: body.challenge_id, name: 'Device', response };
    const added = await this.post('/v1/me/factors/passkey', made).expect(201);
    return new Client(this.world, added.body.access_token);
  }

  /** Enters an account and comes back with the token for it. */
  async enterAccount(id: string): Promise<Client> {
    const { body } = await this.post(`/v1/me/accounts/${id}/enter`).expect(201);
    return new Client(this.world, body.access_token);
  }

  /** Enters a workspace and comes back with the token for it; with a key, so that every account keeps an answer. */
  async enterWorkspace(id: string): Promise<Client> {
    const key = { 'Idempotency-Key': newId() };
    const { body } = await this.send('post', `/v1/account/workspaces/${id}/enter`, undefined, key).expect(201);
    return new Client(this.world, body.access_token);
  }
}

/** A workspace with what the seeds put into it: a dataset of one document, and a row of every further table. */
export interface WorldWorkspace {
  readonly id: string;
  readonly name: string;
  /** Id of the seeded row, by table. */
  readonly rows: ReadonlyMap<string, string>;
  readonly datasetId: string;
  readonly documentId: string;
}

/** How far a member of a world reaches. */
interface MemberOptions {
  /** Default `all`. */
  readonly access?: 'all' | 'named';
  /** Default none. */
  readonly workspaces?: readonly {
    readonly id: string;
    readonly role: WorkspaceRoleName | GivenRole<WorkspaceRoleName>;
  }[];
}

function asGiven<Name extends RoleName>(role: Name | GivenRole<Name>): GivenRole<Name> {
  return typeof role === 'string' ? givenRole({ role }) : role;
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

  /**
   * Adds a workspace and sows every seed in it, in order, `times` over; the rows of the last time are named in the result. The
   * account gets a row of what it has beside workspaces.
   */
  async addWorkspace(name: string, times = 1): Promise<WorldWorkspace> {
    const { contexts, app, seeds } = this.world;
    const { place, name: account } = this;
    const id = await contexts.runAs({ actor: ACTOR, account: place }, () => app.get(Workspaces).create({ name }));
    const rows = new Map<string, string>();
    const canary = `The canary of ${account} sings in ${name}.`;
    const sow = async (seed: Seed) => {
      const where = { actor: ACTOR, account: place, ...(seed.scope === 'workspace' && { workspaceId: id }) };
      rows.set(seed.table, await contexts.runAs(where, () => seed.sow(app, { workspaceId: id, canary, row })));
    };
    const row = async (table: string): Promise<string> => {
      const seed = seeds.find((one) => one.table === table);
      if (!seed) throw new Error(`No module has a seed of ${table}.`);
      if (!rows.has(table)) await sow(seed);
      return rows.get(table) ?? '';
    };
    for (let time = 0; time < times; time += 1) {
      rows.clear();
      for (const { table, scope } of seeds) if (scope === 'workspace') await row(table);
    }
    for (const { table, scope } of seeds) if (scope === 'account') await row(table);
    const workspace = { id, name, rows, datasetId: await row('datasets'), documentId: await row('documents') };
    this.workspaces.push(workspace);
    return workspace;
  }

  /** Gives the account a plan, as the operator does. @param seats null for as many as the plan holds. */
  async grant(plan: string, seats: number | null = null): Promise<void> {
    const { contexts, app } = this.world;
    await contexts.runAs({ actor: ACTOR, account: this.place }, () => app.get(Subscriptions).grant(plan, seats));
  }

  /** Makes a role of the account's own. */
  async addRole(name: string, permissions: readonly Permission[]): Promise<GivenRole> {
    const { contexts, app } = this.world;
    const customRoleId = await contexts.runAs({ actor: ACTOR, account: this.place }, () =>
      app.get(CustomRoles).create({ name, permissions }),
    );
    return { role: 'custom', customRoleId };
  }

  /** Adds a person, new or known, and returns the ids of the member and the user. */
  async addMember(
    role: Role | GivenRole,
    options: MemberOptions & { user?: User } = {},
  ): Promise<{ memberId: string; user: User }> {
    const given = asGiven(role);
    const { user = await this.world.person(`${given.role} of ${this.name}`), workspaces, ...more } = options;
    const grants = workspaces?.map((grant) => ({ id: grant.id, given: asGiven(grant.role) }));
    const admission = { user, given, ...more, ...(grants && { workspaces: grants }) };
    const memberId = await this.world.app.get(Members).add(this.place, admission, ACTOR);
    return { memberId, user };
  }

  /** Suspends the account, as the operator does. */
  async suspend(): Promise<void> {
    const { app, contexts } = this.world;
    await contexts.runAs({ actor: ACTOR, account: this.place }, () => app.get(Accounts).setSuspended(true, 'a test'));
  }

  /** Adds a person and signs them in to the account. */
  async clientOf(role: Role | GivenRole, options: MemberOptions = {}): Promise<Client & { memberId: string }> {
    const { memberId, user } = await this.addMember(role, options);
    return Object.assign(await (await this.world.signIn(user.email)).enterAccount(this.id), { memberId });
  }

  /** The owner, signed in to the account. */
  async ownerClient(): Promise<Client> {
    return (await this.world.signIn(this.owner.email)).enterAccount(this.id);
  }
}

/** Builds the application under test, without listening: what `createApp` of `apps/api` does. */
export type BuildApp = (environment: Environment, databases: Databases) => Promise<NestFastifyApplication>;

/** Builds the worker, without beginning to work: what `createWorker` of `apps/worker` does. */
export type BuildWorker = (environment: Environment, databases: Databases) => Promise<INestApplicationContext>;

/** What a world may have beyond the product. */
export interface WorldOptions {
  /** Variables of the environment; what is not given is as for tests. */
  readonly variables?: Variables;
  /** SQL that makes further tables, run in every cell as their owner before the application is built. */
  readonly cellSql?: readonly string[];
  /** Builds the worker, for worlds that send mail. */
  readonly worker?: BuildWorker;
}

/** The whole product on databases of its own, with whatever accounts a test makes. */
export class World {
  private people = 0;
  private workerApp: Promise<INestApplicationContext> | undefined;
  private described: AnswerContract | undefined;

  private constructor(
    readonly app: NestFastifyApplication,
    readonly databases: TestDatabases,
    /** How the application makes its tokens, so that a test can forge one. */
    readonly tokens: TokenSettings,
    /** Who takes the payments, without money. */
    readonly payments: WorldPayments,
    readonly environment: Environment,
    private readonly buildWorker: BuildWorker | undefined,
  ) {}

  /** Builds the application on fresh copies of the databases of this run, or on those given. */
  static async open(
    build: BuildApp,
    { variables = {}, cellSql = [], worker }: WorldOptions = {},
    databases?: TestDatabases,
  ): Promise<World> {
    const own = databases ?? (await copyDatabases());
    for (const { ownerUrl } of own.connections.cells) {
      await asOperator(ownerUrl ?? '', async (owner) => {
        await owner.query('set role bulkhead_owner');
        for (const statement of cellSql) await owner.query(statement);
      });
    }
    const folder = variables['DATA_DIR'] ?? (await mkdtemp(join(tmpdir(), 'bulkhead-world-')));
    const payments = new WorldPayments(variables['BILLING_PROVIDER'] === 'stripe' ? 'stripe' : 'paddle', folder);
    const environment = parseEnvironment({
      CORS_ORIGINS: 'https://console.example',
      PUBLIC_REQUESTS_PER_MINUTE: '100000',
      WEBHOOKS_PER_MINUTE: '100000',
      PERSON_REQUESTS_PER_HOUR: '100000000',
      SIGN_IN_FREE_FAILURES: '1000000',
      LOG_FILE: '-',
      ...(await payments.open()),
      SECURITY_CONTACT: 'mailto:security@example.com',
      DATA_DIR: folder,
      ...variables,
    });
    const app = await build(environment, own);
    payments.deliverTo(app);
    const tokens = withKeys(environment.tokens, deriveKey(own.connections.secret, 'token'));
    return new World(app, own, tokens, payments, environment, worker);
  }

  /** The application's own description of its answers; every answer to a {@link Client} is compared with it. */
  get contract(): AnswerContract {
    const fastify = this.app.getHttpAdapter().getInstance();
    this.described ??= new AnswerContract(fastify.getDecorator<ContractDocument>('apiDocument'));
    return this.described;
  }

  get contexts(): ContextStore {
    return this.app.get(ContextStore);
  }

  /** What is sown in every workspace and account. */
  get seeds(): readonly Seed[] {
    return this.sown.filter((seed): seed is Seed => seed.scope !== 'user');
  }

  /** What is sown for every user that the proof attacks. */
  get userSeeds(): readonly UserSeed[] {
    return this.sown.filter((seed): seed is UserSeed => seed.scope === 'user');
  }

  private get sown(): (Seed | UserSeed)[] {
    return [...this.app.get(ModulesContainer).values()].flatMap(({ metatype }) => seedsOf(metatype as Type));
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

  /** An account with an owner and nothing in it, which demands no second factor. */
  async emptyAccount(name: string, region = 'eu-west-1'): Promise<WorldAccount> {
    const owner = await this.person(`Owner of ${name}`);
    const place = await this.app
      .get(Accounts)
      .create({ name, region, owner, secondFactor: 'optional' }, { actor: ACTOR });
    return new WorldAccount(this, place, name, owner);
  }

  /** An account with an owner and two filled workspaces. */
  async account(name: string, region = 'eu-west-1'): Promise<WorldAccount> {
    const account = await this.emptyAccount(name, region);
    await account.addWorkspace('First');
    await account.addWorkspace('Second');
    return account;
  }

  async signIn(email: string, password = PASSWORD): Promise<Client> {
    const { body } = await this.nobody.post('/v1/sessions', { email, password }).expect(201);
    return new Client(this, body.access_token);
  }

  /** The worker, built when it is first asked for. @throws {Error} in a world that was opened without one. */
  async worker(): Promise<INestApplicationContext> {
    if (!this.buildWorker) throw new Error('This world has no worker. Open it with the option "worker".');
    this.workerApp ??= this.buildWorker(this.environment, this.databases);
    return this.workerApp;
  }

  /** Does what the worker does for billing, until there is nothing left to do. */
  async settle(): Promise<void> {
    const worker = await this.worker();
    const [events, settlement] = [worker.get(EventApplication), worker.get(Settlement)];
    for (let seen = 1; seen > 0; ) {
      await this.payments.delivered();
      seen = (await settlement.settleDue()) + (await events.applyDue());
    }
  }

  /** Sends what is due and gives back the mails to an address, the newest first. */
  async mailsTo(address: string): Promise<LandedMail[]> {
    const delivery = (await this.worker()).get(OutboxDelivery);
    while (await delivery.deliverDue());
    const { mail } = this.environment;
    if (mail.kind !== 'folder') throw new Error('The mail of this world goes to a server.');
    return (await new MailFolder(mail.folder).list(1_000)).filter(({ to }) => to === address);
  }

  /** What the newest mail to an address that carries something to paste carries. */
  async codeMailedTo(address: string): Promise<string> {
    const last = (await this.mailsTo(address)).map(({ text }) => text.trim().split('\n').at(-1) ?? '');
    const code = last.find((line) => /^\S+$/.test(line));
    if (!code) throw new Error(`No mail to ${address} carries a code.`);
    return code;
  }

  async close(): Promise<void> {
    await this.payments.close();
    await (await this.workerApp)?.close();
    await keepGivenProblems(this.app);
    await this.app.close();
    await this.databases.drop();
    await rm(this.environment.dataDirectory, { recursive: true, force: true });
  }
}

/** Two accounts in one cell. */
export async function twoAccounts(world: World): Promise<{ acme: WorldAccount; globex: WorldAccount }> {
  return { acme: await world.account('Acme'), globex: await world.account('Globex') };
}
