import type { Connections } from '#libs/database';
import { PastPolicies } from '../isolation/past-policies.js';
import { type ApiServerSettings, ServerProcess } from '../server-process.js';
import type { TestServer } from '../test-server.js';
import type { World, WorldAccount } from '../world.js';
import { differences, type Held } from './write-log.js';
import { type Destination, Writers } from './writers.js';

const CELL = 'eu-west-1';

/** The product in a process of its own on durable databases, an account to write in, and what is really there. */
export class FaultWorld {
  readonly past: PastPolicies;
  private running: ServerProcess | undefined;

  constructor(
    readonly server: TestServer,
    readonly world: World,
    private readonly account: WorldAccount,
    private readonly entry: URL,
    /** How the API reaches its databases. */
    readonly connections: Connections,
  ) {
    this.past = new PastPolicies(world.databases);
  }

  /** The API's process. @throws {Error} where none runs */
  get api(): ServerProcess {
    if (!this.running) throw new Error('The API does not run.');
    return this.running;
  }

  /** Starts the API, in place of the one that may have run before. */
  async startApi(settings: Partial<ApiServerSettings> = {}): Promise<void> {
    await this.running?.kill();
    this.running = await ServerProcess.startApi(this.entry, { connections: this.connections, ...settings });
  }

  async stopApi(): Promise<void> {
    await this.running?.kill();
    this.running = undefined;
  }

  /** Somebody at work in a fresh workspace. */
  async destination(): Promise<Destination & { readonly workspaceId: string }> {
    const workspace = await this.account.addWorkspace('Faults');
    const { token = '' } = await (await this.account.ownerClient()).enterWorkspace(workspace.id);
    return { port: () => this.api.port, token, datasetId: workspace.datasetId, workspaceId: workspace.id };
  }

  /** Rows of the cell, past all policies. */
  rows<Row extends object>(text: string, values: unknown[] = []): Promise<(Row & Record<string, unknown>)[]> {
    return this.past.rows(CELL, text, values);
  }

  /** What a workspace holds of the writers' rows and of the entries that say they were made. */
  async held(workspaceId: string): Promise<Held> {
    const rows = await this.rows<{ id: string; mark: string }>(
      `select id, title as mark from documents where workspace_id = $1 and title like 'write %'`,
      [workspaceId],
    );
    // of acts alone: a write that failed, and one that was sent again after it was done, leave entries of their own
    const entries = await this.rows<{ resource_id: string }>(
      `select e.resource_id from audit_entries e where e.workspace_id = $1 and e.action = 'document.create'
       and e.actor_kind = 'user' and e.outcome = 'succeeded' and not e.reading`,
      [workspaceId],
    );
    return { rows, entries };
  }

  /**
   * Writes while something goes wrong, and compares afterwards.
   *
   * @param fault is called while writers write; it returns once it is over and writing goes on.
   * @returns one line for everything that is wrong, and what was seen.
   */
  async during(
    fault: (writers: Writers) => Promise<void>,
  ): Promise<{ readonly wrong: string[]; readonly seen: string }> {
    const destination = await this.destination();
    const writers = new Writers(destination);
    try {
      await writers.reach(20);
      await fault(writers);
      await writers.reach(20);
    } finally {
      await writers.stop();
    }
    const held = await this.held(destination.workspaceId);
    const wrong = [...differences(writers.log, held), ...writers.contradictions];
    // what is not found here would not be found if it happened
    const [lost] = writers.log.filter(({ id }) => id !== undefined);
    const planted = { ...held, rows: held.rows.filter(({ id }) => id !== lost?.id) };
    if (!differences(writers.log, planted).some((line) => line.includes('is lost')))
      wrong.push('a planted loss was not noticed');
    for (const { status, code } of writers.refusals)
      if (status !== 503) wrong.push(`a writer was answered ${status} ${code} in place of 503`);
    if (writers.refusals.some(({ retryAfter }) => !retryAfter)) wrong.push('a 503 came without Retry-After');
    const repeated = writers.log.filter(({ sent }) => sent > 1).length;
    const codes = [...new Set(writers.refusals.map(({ code }) => code))].join(', ');
    return {
      wrong,
      seen: `${writers.acknowledged} writes acknowledged, ${repeated} sent again, ${writers.unanswered} without answer, ${writers.refusals.length} refused${codes && ` (${codes})`}`,
    };
  }

  async close(): Promise<void> {
    await this.stopApi();
    await this.past.end();
  }
}
