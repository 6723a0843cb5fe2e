import type { INestApplicationContext, Type } from '@nestjs/common';

/** The place in which a seed makes its row, and what it finds there. */
export interface SeedPlace {
  /** The workspace of the context, or one of the account's for a seed of the account. */
  readonly workspaceId: string;
  /** A text that no other workspace has. Put it where people write texts: the isolation proof looks for it in foreign answers. */
  readonly canary: string;
  /** Returns the id of the row of another table in this place; its seed makes it where it is not there. @throws {Error} for a table without a seed. */
  row(table: string): Promise<string>;
}

/** A user who gets rows in the directory. */
export interface SeedUser {
  readonly id: string;
  readonly name: string;
  readonly email: string;
}

/** Makes a row of a table in the workspace, or else the account, of the current context. */
export interface Seed {
  readonly table: string;
  readonly scope: 'workspace' | 'account';
  /** Returns the id of the row; of a table without ids, any text. */
  sow(app: INestApplicationContext, place: SeedPlace): Promise<string>;
}

/** Makes a row that a user has in the directory. */
export interface UserSeed {
  readonly table: string;
  readonly scope: 'user';
  /** Returns the id of the row. */
  sow(app: INestApplicationContext, user: SeedUser): Promise<string>;
}

const seeds = new WeakMap<Type, readonly (Seed | UserSeed)[]>();

/**
 * Gives a module the seeds of its tables. Tests and the isolation proof sow them in every world, because what has no row cannot be
 * attacked; the product does nothing with them.
 */
export function Seeds(...own: readonly (Seed | UserSeed)[]): ClassDecorator {
  return (module) => {
    seeds.set(module as unknown as Type, own);
  };
}

/** Returns the seeds of a module; none for one without {@link Seeds}. */
export function seedsOf(module: Type): readonly (Seed | UserSeed)[] {
  return seeds.get(module) ?? [];
}
