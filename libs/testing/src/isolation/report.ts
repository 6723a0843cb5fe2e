/** What noticed, or did not: the answers over HTTP, rows as the application's role, statements captured on their way, the catalog. */
export type CheckKind = 'http' | 'row' | 'sql' | 'catalog';

/** One thing that was tried, and what came of it. */
export interface Check {
  readonly kind: CheckKind;
  /** The operation, table or file that it is about. */
  readonly subject: string;
  /** What was tried; one column of the table on the screen. */
  readonly attack: string;
  /** The case within the attack, for example `path datasetId, another account`. */
  readonly detail: string;
  /** Absent where it passed; else what is wrong, and the file to open. */
  readonly failure?: string;
  /** Where an error was thrown that no attack expected: its stack. Default none. */
  readonly stack?: string;
}

/** Thrown to end a proof that has found what it was asked for. */
export class ProofStopped extends Error {}

/** Collects checks while a proof runs. */
export class Report {
  readonly checks: Check[] = [];

  /** @param progress told of each check as it comes. */
  constructor(
    /** Number from which the order of operations was drawn. */
    readonly seed: number,
    private readonly progress: (check: Check) => void = () => undefined,
    /** Kinds at whose first failure the proof stops; used to ask of a mutation whether it is noticed. Default none. */
    private readonly stopAt: readonly CheckKind[] = [],
  ) {}

  /** Records one check; `failure` says what is wrong, undefined that nothing is. */
  add(kind: CheckKind, subject: string, attack: string, detail: string, failure: string | undefined): void {
    this.take({ kind, subject, attack, detail, ...(failure !== undefined && { failure }) });
  }

  /**
   * Records that a check could not be made because of an error, and keeps the error's stack.
   *
   * @throws {ProofStopped} where the error is one, which is not a failure.
   */
  broke(kind: CheckKind, subject: string, attack: string, detail: string, error: unknown): void {
    if (error instanceof ProofStopped) throw error;
    const { message, stack } = error instanceof Error ? error : new Error(String(error));
    const failure = `cannot be exercised: ${message}`;
    this.take({ kind, subject, attack, detail, failure, ...(stack !== undefined && { stack }) });
  }

  /** Takes a check that was made elsewhere, for example by another process. */
  take(check: Check): void {
    this.checks.push(check);
    this.progress(check);
    if (check.failure !== undefined && this.stopAt.includes(check.kind)) throw new ProofStopped();
  }

  get failures(): readonly Check[] {
    return this.checks.filter(({ failure }) => failure !== undefined);
  }

  get passed(): number {
    return this.checks.length - this.failures.length;
  }

  /** The checks as a table for a screen: a line a subject, a column an attack, how many passed or `failed/all`. */
  table(): string {
    const [subjects, attacks] = [unique(this.checks, 'subject'), unique(this.checks, 'attack')];
    const counts = new Map<string, { all: number; failed: number }>();
    for (const { subject, attack, failure } of this.checks) {
      const key = JSON.stringify([subject, attack]);
      const { all, failed } = counts.get(key) ?? { all: 0, failed: 0 };
      counts.set(key, { all: all + 1, failed: failed + (failure === undefined ? 0 : 1) });
    }
    const cell = (subject: string, attack: string) => {
      const count = counts.get(JSON.stringify([subject, attack]));
      if (!count) return '·';
      return count.failed ? `${count.failed}/${count.all} ✗` : String(count.all);
    };
    const first = Math.max(...subjects.map((subject) => subject.length), 0);
    const line = (head: string, cells: readonly string[]) =>
      `${head.padEnd(first)}  ${cells.map((text, index) => text.padStart(attacks[index]?.length ?? 0)).join('  ')}`;
    return [
      line('', attacks),
      ...subjects.map((subject) =>
        line(
          subject,
          attacks.map((attack) => cell(subject, attack)),
        ),
      ),
    ].join('\n');
  }
}

function unique(checks: readonly Check[], key: 'subject' | 'attack'): string[] {
  return [...new Set(checks.map((check) => check[key]))];
}

/** One check in words. */
export function sentence({ kind, subject, attack, detail, failure }: Check): string {
  return `${subject}: ${attack}${detail ? ` (${detail})` : ''}: ${failure ?? 'passed'} [${kind}]`;
}
