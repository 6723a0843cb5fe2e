import type { RequestContext } from '#libs/context';
import type { QueryResultRow } from 'pg';
import type { Read } from '../gate/tenant-connection.js';

/**
 * The question whether somebody may do what they ask for, put off until the first read of their request: both are sent in one
 * round trip, and nothing that was read is given out before the answer is yes.
 */
export class DeferredAuthority {
  private outcome: Promise<void> | undefined;

  /**
   * @param question the authorising statement.
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

const deferred = new WeakMap<RequestContext, DeferredAuthority>();

/** Puts the question off for everything that runs in a context. */
export function deferAuthority(context: RequestContext, authority: DeferredAuthority): void {
  deferred.set(context, authority);
}

/** What was put off for a context; undefined where nothing was. */
export function deferredAuthorityOf(context: RequestContext | undefined): DeferredAuthority | undefined {
  return context && deferred.get(context);
}
