import type { RequestContext } from '#libs/context';
import type { QueryResultRow } from 'pg';
import type { Read } from '../gate/tenant-connection.js';

/**
 * The authorization of a request that is looked up together with its first read: both are sent in one round trip, and nothing that was
 * read is given out before it is decided.
 */
export class ReadAuthorization {
  private outcome: Promise<void> | undefined;

  /**
   * @param question looks the access up.
   * @param decide looks at its rows, and throws what the request is answered with where it is refused.
   */
  constructor(
    readonly question: Read,
    private readonly decide: (rows: readonly QueryResultRow[]) => void,
  ) {}

  /** Whether it has been asked, or is being asked. */
  get isAsked(): boolean {
    return this.outcome !== undefined;
  }

  /**
   * Asks unless it has been asked, and returns once the answer is yes.
   *
   * @param ask sends the question and returns its rows. Where it fails nothing is decided, and it can be asked again.
   * @throws what `decide` threw, to everybody.
   */
  settle(ask: () => Promise<readonly QueryResultRow[]>): Promise<void> {
    if (this.outcome) return this.outcome;
    const asking = ask();
    this.outcome = asking.then((rows) => this.decide(rows));
    asking.catch(() => {
      this.outcome = undefined;
    });
    return this.outcome;
  }
}

const pending = new WeakMap<RequestContext, ReadAuthorization>();

/** Leaves the authorization of everything that runs in a context to its first read. */
export function authorizeWithRead(context: RequestContext, authorization: ReadAuthorization): void {
  pending.set(context, authorization);
}

/** The authorization that was left to the first read of a context; undefined where it was not. */
export function readAuthorizationOf(context: RequestContext | undefined): ReadAuthorization | undefined {
  return context && pending.get(context);
}
