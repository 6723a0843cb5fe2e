import { PreconditionFailedError } from '#libs/context';
import type { EntityTarget, FindOperator, FindOptionsWhere, ObjectLiteral } from 'typeorm';
import type { QueryDeepPartialEntity } from 'typeorm/query-builder/QueryPartialEntity.js';
import { GateRefusedError } from '../gate/gate.errors.js';
import type { UnitOfWork } from './unit-of-work.service.js';

/** What separates the rows of a table: the account, or the account and the workspace. */
export type Scope = 'account' | 'workspace';

/** The columns that a repository fills in from the context. */
export type TenantColumns = 'accountId' | 'workspaceId';

/** Conditions on columns, by value or by one of TypeORM's operators; never on the tenant's own columns. */
export type Where<Entity> = {
  readonly [Name in Exclude<keyof Entity, TenantColumns>]?: Entity[Name] | FindOperator<unknown>;
};

type Tenant = { accountId: string; workspaceId?: string };

/**
 * Rows of one tenant table, inside a unit of work. Account and workspace come from the frozen context, in every statement
 * and in every row written; no method takes them, so no caller can name another tenant.
 */
export class ScopedRepository<Entity extends ObjectLiteral> {
  constructor(
    private readonly entity: EntityTarget<Entity>,
    private readonly scope: Scope,
    private readonly work: UnitOfWork,
  ) {}

  /** The row that meets all of `where`, or null. */
  findOne(where: Where<Entity>): Promise<Entity | null> {
    return this.work.require().manager.findOne(this.entity, { where: this.where(where) });
  }

  /**
   * As {@link findOne}, with the row locked until the unit ends: `update` before changing it or what depends on it, `share`
   * where it only has to stay as it is.
   */
  findLocked(where: Where<Entity>, mode: 'update' | 'share' = 'update'): Promise<Entity | null> {
    const lock = { mode: mode === 'update' ? 'pessimistic_write' : 'pessimistic_read' } as const;
    return this.work.require().manager.findOne(this.entity, { where: this.where(where), lock });
  }

  /** The rows that meet all of `where`. */
  find(where: Where<Entity>): Promise<Entity[]> {
    return this.work.require().manager.find(this.entity, { where: this.where(where) });
  }

  /** How many rows meet all of `where`. */
  count(where: Where<Entity>): Promise<number> {
    return this.work.require().manager.count(this.entity, { where: this.where(where) });
  }

  /** Writes one row. */
  async insert(values: Omit<QueryDeepPartialEntity<Entity>, TenantColumns>): Promise<void> {
    this.assertGranted(Object.keys(values), 'insert');
    const row = { ...values, ...this.tenant() } as QueryDeepPartialEntity<Entity>;
    await this.work
      .require()
      .manager.createQueryBuilder()
      .insert()
      .into(this.entity)
      .values(row)
      .updateEntity(false)
      .execute();
  }

  /** Writes many rows in one statement; the columns of the first row are the columns of all. */
  async insertMany(rows: readonly Omit<QueryDeepPartialEntity<Entity>, TenantColumns>[]): Promise<void> {
    if (!rows.length) return;
    this.assertGranted(new Set(rows.flatMap((row) => Object.keys(row))), 'insert');
    const all = rows.map((row) => ({ ...row, ...this.tenant() })) as QueryDeepPartialEntity<Entity>[];
    await this.work
      .require()
      .manager.createQueryBuilder()
      .insert()
      .into(this.entity)
      .values(all)
      .updateEntity(false)
      .execute();
  }

  /** Writes one row, or overwrites `columns` of the one that has the same `key`; both are names of properties. */
  async upsert(
    values: Omit<QueryDeepPartialEntity<Entity>, TenantColumns>,
    columns: readonly (keyof Entity & string)[],
    key: readonly (keyof Entity & string)[],
  ): Promise<void> {
    this.assertGranted(Object.keys(values), 'insert');
    this.assertGranted(columns, 'update');
    const { manager } = this.work.require();
    const names = (properties: readonly string[]) =>
      properties.map(
        (name) => manager.connection.getMetadata(this.entity).findColumnWithPropertyName(name)?.databaseName ?? name,
      );
    const row = { ...values, ...this.tenant() } as QueryDeepPartialEntity<Entity>;
    const insert = manager.createQueryBuilder().insert().into(this.entity).values(row).updateEntity(false);
    await insert.orUpdate(names(columns), names(['accountId', ...key])).execute();
  }

  /** Changes the rows that meet all of `where`, and tells how many there were. */
  async update(where: Where<Entity>, changes: Omit<QueryDeepPartialEntity<Entity>, TenantColumns>): Promise<number> {
    this.assertGranted(Object.keys(changes), 'update');
    const { manager } = this.work.require();
    const done = await manager
      .createQueryBuilder()
      .update(this.entity)
      .set(changes as QueryDeepPartialEntity<Entity>)
      .where(this.where(where))
      .execute();
    return done.affected ?? 0;
  }

  /**
   * Changes the rows that meet all of `where` into their next version: adds 1 to `version`, and sets `updatedAt` where the table has it.
   *
   * @param expected the version that the changes are of. Default whichever there is.
   * @throws {PreconditionFailedError} where no row has the expected version: somebody else has changed it.
   */
  async updateVersion(
    where: Where<Entity>,
    changes: Omit<QueryDeepPartialEntity<Entity>, TenantColumns | 'version' | 'updatedAt'>,
    expected?: number,
  ): Promise<void> {
    const metadata = this.work.require().manager.connection.getMetadata(this.entity);
    const isStamped = metadata.findColumnWithPropertyName('updatedAt') !== undefined;
    const next = { ...changes, version: () => 'version + 1', ...(isStamped && { updatedAt: () => 'now()' }) };
    const condition = { ...where, ...(expected !== undefined && { version: expected }) } as Where<Entity>;
    const count = await this.update(condition, next as unknown as Omit<QueryDeepPartialEntity<Entity>, TenantColumns>);
    if (expected !== undefined && !count) throw new PreconditionFailedError();
  }

  /** Deletes the rows that meet all of `where`, and tells how many there were. */
  async delete(where: Where<Entity>): Promise<number> {
    const done = await this.work
      .require()
      .manager.createQueryBuilder()
      .delete()
      .from(this.entity)
      .where(this.where(where))
      .execute();
    return done.affected ?? 0;
  }

  /** @throws {GateRefusedError} for a column without the privilege, which TypeORM would leave out of the statement without a word */
  private assertGranted(properties: Iterable<string>, privilege: 'insert' | 'update'): void {
    const metadata = this.work.require().manager.connection.getMetadata(this.entity);
    for (const name of properties) {
      const column = metadata.findColumnWithPropertyName(name);
      if (column && !(privilege === 'insert' ? column.isInsert : column.isUpdate))
        throw new GateRefusedError(
          `The application may not ${privilege} ${metadata.tableName}.${column.databaseName}. Grant it in a migration.`,
        );
    }
  }

  private where(where: Where<Entity>): FindOptionsWhere<Entity> {
    for (const [name, value] of Object.entries(where)) {
      // TypeORM drops a condition without value, and would touch every row of the tenant
      if (value === undefined || value === null) throw new GateRefusedError(`The condition on ${name} has no value.`);
    }
    return { ...where, ...this.tenant() } as unknown as FindOptionsWhere<Entity>;
  }

  private tenant(): Tenant {
    const { context } = this.work.require();
    const { id: accountId } = context.requireAccount('A scoped repository');
    if (this.scope === 'account') return { accountId };
    if (!context.workspaceId) throw new GateRefusedError('This table belongs to a workspace and none was entered.');
    return { accountId, workspaceId: context.workspaceId };
  }
}
