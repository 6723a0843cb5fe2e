/** Whether an account has a place for one more member. Bound by whoever knows what the account has bought. */
export abstract class Seats {
  /**
   * Called in the unit of work that makes a member, with the account's seats locked until it ends: of two who come at once for
   * the last one, the second hears of the first.
   *
   * @throws {NoSeatLeftError}
   */
  abstract assertFree(): Promise<void>;
}
