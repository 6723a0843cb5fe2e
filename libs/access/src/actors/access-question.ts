import type { Access } from '#libs/context';
import type { Read } from '#libs/database';

/** How the access of an actor is looked up in its account. */
export interface AccessQuestion {
  /** Reads it as it is now. */
  readonly read: Read;
  /** Locks the rows that decide it until the transaction ends, and reads it then. */
  readonly lock: Read;
  /** Returns the access that the rows of either statement describe. */
  accessIn(rows: readonly unknown[]): Access;
}
