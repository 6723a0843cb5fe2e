import { type DynamicModule, Global, Module, type OnApplicationShutdown, type Type } from '@nestjs/common';
import { ConfigurationError, ContextStore, type Environment } from '#libs/context';
import { Metrics } from '#libs/telemetry';
import { Cell } from './cells/cell.js';
import { Cells } from './cells/cells.service.js';
import { Directory, WorkerDirectory } from './cells/directory.service.js';
import { Recorders } from './cells/recorders.service.js';
import { EveryAccount } from './cells/every-account.service.js';
import { WorkQueues } from './cells/work-queues.service.js';
import { TenantPool } from './gate/tenant-pool.js';
import { type Connections, contextKey, type DatabaseTarget } from './server/connections.js';
import { Reader } from './work/reader.service.js';
import { UnitOfWork } from './work/unit-of-work.service.js';

const WORKER_CONNECTIONS = 2;
const entities = new Set<Type>();

/** What {@link DatabaseModule.forRoot} needs. */
export interface DatabaseOptions {
  readonly connections: Connections;
  readonly pool: Environment['pool'];
  /** Told when an idle connection dies. */
  readonly onIdleError?: (error: Error) => void;
}

/** Connects the worker: to the directory and to the queues of every cell, as the worker's own role. */
@Global()
@Module({})
export class WorkerDatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly directory: WorkerDirectory,
    private readonly queues: WorkQueues,
  ) {}

  /** Once, in the worker, beside {@link DatabaseModule.forRoot}. @throws {ConfigurationError} where a URL is missing. */
  static forRoot({ connections, pool }: DatabaseOptions): DynamicModule {
    const poolOf = ({ name, workerUrl }: DatabaseTarget) => {
      if (!workerUrl)
        throw new ConfigurationError([`The worker needs the URL of bulkhead_worker for ${name}: …_URL_WORKER.`]);
      return new TenantPool({ url: workerUrl, key: undefined, ...pool, size: WORKER_CONNECTIONS });
    };
    return {
      module: WorkerDatabaseModule,
      providers: [
        EveryAccount,
        { provide: WorkerDirectory, useFactory: () => new WorkerDirectory(poolOf(connections.directory)) },
        {
          provide: WorkQueues,
          useFactory: () => new WorkQueues(new Map(connections.cells.map((cell) => [cell.name, poolOf(cell)]))),
        },
      ],
      exports: [EveryAccount, WorkerDirectory, WorkQueues],
    };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([this.directory.close(), this.queues.close()]);
  }
}

/** Connects the API to the trail of every cell, as the recorder. Whoever writes through {@link Recorders} closes them. */
@Global()
@Module({})
export class RecorderDatabaseModule {
  /** Once, in the API, beside {@link DatabaseModule.forRoot}. @throws {ConfigurationError} where a URL is missing. */
  static forRoot({ connections, pool }: DatabaseOptions): DynamicModule {
    const poolOf = ({ name, recorderUrl }: DatabaseTarget) => {
      if (!recorderUrl)
        throw new ConfigurationError([`The API needs the URL of bulkhead_recorder for ${name}: …_URL_RECORDER.`]);
      return new TenantPool({ url: recorderUrl, key: undefined, ...pool, size: 1 });
    };
    return {
      module: RecorderDatabaseModule,
      providers: [
        {
          provide: Recorders,
          useFactory: () => new Recorders(new Map(connections.cells.map((cell) => [cell.name, poolOf(cell)]))),
        },
      ],
      exports: [Recorders],
    };
  }
}

/** Connects to the directory and to every cell, and provides {@link Cells}, {@link Directory}, {@link UnitOfWork} and {@link Reader}. */
@Global()
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(
    private readonly cells: Cells,
    private readonly directory: Directory,
  ) {}

  /** Once, in the application. */
  static forRoot(options: DatabaseOptions): DynamicModule {
    return {
      module: DatabaseModule,
      providers: [
        {
          provide: Cells,
          inject: [ContextStore, Metrics],
          useFactory: async (contexts: ContextStore, metrics: Metrics) =>
            new Cells(await openCells(options, contexts, metrics), contexts),
        },
        {
          provide: Directory,
          inject: [Metrics],
          useFactory: (metrics: Metrics) => openDirectory(options, metrics),
        },
        UnitOfWork,
        Reader,
      ],
      exports: [Cells, Directory, UnitOfWork, Reader],
    };
  }

  /** In each module that has entities, so that TypeORM knows them on every cell. */
  static forFeature(own: readonly Type[]): DynamicModule {
    for (const entity of own) entities.add(entity);
    return { module: DatabaseEntitiesModule };
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.cells.all().map((cell) => cell.close()), this.directory.close()]);
  }
}

@Module({})
class DatabaseEntitiesModule {}

function openCells(options: DatabaseOptions, contexts: ContextStore, metrics: Metrics): Promise<Cell[]> {
  const { connections, pool, onIdleError } = options;
  return Promise.all(
    connections.cells.map(({ name, region, appUrl }) =>
      Cell.open(
        { name, region },
        {
          url: appUrl,
          key: contextKey(connections.secret, name),
          ...pool,
          ...(onIdleError && { onIdleError }),
          onLent: timing(metrics, name),
        },
        [...entities],
        () => contexts.current(),
      ),
    ),
  );
}

function openDirectory({ connections, pool, onIdleError }: DatabaseOptions, metrics: Metrics): Directory {
  return new Directory(
    new TenantPool({
      url: connections.directory.appUrl,
      key: undefined,
      ...pool,
      ...(onIdleError && { onIdleError }),
      onLent: timing(metrics, 'directory'),
    }),
  );
}

function timing(metrics: Metrics, database: string): (seconds: number) => void {
  const waits = metrics.poolWaits.labels({ database });
  return (seconds) => waits.observe(seconds);
}
