import { deriveKey, parseEnvironment } from '#libs/context';
import type { BuildApp } from '../world.js';
import { apiFigures } from './api-figures.js';
import { auditFigures, scrubFigures, searchFigures } from './audit-figures.js';
import { type BenchSize, openBenchDatabases } from './bench-databases.js';
import { gateFigures, verifyFigures } from './gate-figures.js';
import type { Figure, Pace } from './rounds.js';
import { typeOrmFigures } from './typeorm-figures.js';

/** What a run of the benchmark is given. */
export interface BenchOptions extends Pace {
  /** Folder for its databases, which are kept. */
  readonly folder: string;
  readonly size: BenchSize;
  /** Builds the application: `createApp` of `apps/api`. */
  readonly build: BuildApp;
  /** The script that runs the API in a process of its own. */
  readonly apiServer: URL;
  /** Entries of the account whose trail is searched; 0 searches none. */
  readonly entries: number;
  /** Hears what is under way. */
  readonly tell: (line: string) => void;
}

/** What a run of the benchmark found. */
export interface BenchReport {
  readonly figures: readonly Figure[];
  /** Where the processor's time of a list and of a get goes, in shares of 1. */
  readonly profiles: Readonly<Record<string, Readonly<Record<string, number>>>>;
}

/** Accounts that requests are made for; more than fit into the server's own cache of 128 MiB. */
const SAMPLED = 400;

/** Measures what isolation costs, in one run: ratios of arms whose blocks are interleaved, each with a control. */
export async function runBench(options: BenchOptions): Promise<BenchReport> {
  const { folder, size, build, apiServer, entries, tell, ...pace } = options;
  const bench = await openBenchDatabases(folder, size, tell);
  try {
    const environment = parseEnvironment({ DATA_DIR: folder, DEMO: 'off', PERSON_REQUESTS_PER_HOUR: '1000000000' });
    const app = await build(environment, bench.databases);
    try {
      const accounts = {
        large: await bench.sample(bench.large, SAMPLED),
        small: await bench.sample(bench.small, SAMPLED),
      };
      const [account] = accounts.large;
      if (!account) throw new Error('The benchmark has no account.');
      const figures: Figure[] = [];
      tell('the gate');
      figures.push(...(await gateFigures(bench, accounts.large, pace)));
      tell('the verification');
      figures.push(...(await verifyFigures(bench, account, pace)));
      tell('TypeORM');
      figures.push(...(await typeOrmFigures(app, bench, accounts.large, pace)));
      tell('the API');
      const tokenKey = deriveKey(bench.databases.connections.secret, 'token').export().toString('base64');
      const api = { bench, apiServer, app, tokenKey };
      const observed = await apiFigures(api, accounts, pace);
      figures.push(...observed.figures);
      tell('the trail');
      figures.push(...scrubFigures(pace), ...(await auditFigures(api, accounts.large, pace)));
      if (entries) {
        const adminUrl = bench.adminUrlOf(bench.large);
        figures.push(...(await searchFigures(api, account, adminUrl, { entries, tell }, pace)));
      }
      return { figures, profiles: observed.profiles };
    } finally {
      await app.close();
    }
  } finally {
    await bench.databases.embedded?.stop();
  }
}
