import { PredicateMissingError, Reader, TenantConnection, Unit } from '#libs/database';
import type { TenantTable } from './proof-world.js';
import type { Report } from './report.js';
import { loadParser, type TenantPredicates, tenantPredicates } from './tenant-predicates.js';

const UUID = /'[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'/;

/**
 * Listens to every statement on its way to a cell, above the gate, and checks that each names its tenant by a parameter that
 * is bound to the context's: what the policies would make up for is seen here.
 */
export class CapturedSql {
  private readonly judged = new Map<string, TenantPredicates | string>();
  private readonly failures = new Map<string, string>();
  private readonly told = new Set<string>();
  private readonly touched = new Set<string>();
  private readonly original = TenantConnection.prototype.query;
  private readonly originalBoth = TenantConnection.prototype.readBoth;

  private constructor(private readonly tables: readonly TenantTable[]) {}

  /** One for the tables of a cell. */
  static async of(tables: readonly TenantTable[]): Promise<CapturedSql> {
    await loadParser();
    return new CapturedSql(tables);
  }

  /** Listens in the whole process while something is done. */
  async during(work: () => Promise<void>): Promise<void> {
    const captured = this;
    const { original, originalBoth } = this;
    TenantConnection.prototype.query = function (
      this: TenantConnection,
      statement: unknown,
      values: unknown,
      types: unknown,
    ) {
      if (typeof statement === 'string' && this.context) captured.hear(statement, (values ?? []) as unknown[], this);
      return (original as (...parameters: unknown[]) => unknown).call(this, statement, values, types);
    } as typeof original;
    TenantConnection.prototype.readBoth = function (reads, types) {
      for (const { text, values } of reads) if (this.context) captured.hear(text, values, this);
      return originalBoth.call(this, reads, types);
    };
    const refused = (text: string, error: Error) => this.failures.set(text, error.message);
    const restore = [...listen(Unit.prototype, refused), ...listen(Reader.prototype, refused)];
    try {
      await work();
    } finally {
      TenantConnection.prototype.query = original;
      TenantConnection.prototype.readBoth = originalBoth;
      for (const undo of restore) undo();
    }
  }

  /** Reports what failed since it was asked last. */
  tell(report: Report): void {
    for (const [text, failure] of this.failures) {
      if (this.told.has(text)) continue;
      this.told.add(text);
      report.add('sql', this.subjectOf(text), 'statement', short(text), `${failure}: ${text.replace(/\s+/g, ' ')}`);
    }
  }

  /** Reports one check a statement heard so far. @returns the names of the tables that they touched */
  report(report: Report): readonly string[] {
    this.tell(report);
    for (const [text, judgement] of this.judged) {
      if (this.told.has(text) || typeof judgement === 'string' || !judgement.tables.length) continue;
      report.add('sql', this.subjectOf(text), 'statement', short(text), undefined);
    }
    return [...this.touched];
  }

  private subjectOf(text: string): string {
    const judgement = this.judged.get(text);
    return (typeof judgement === 'object' && judgement.tables[0]) || 'sql';
  }

  private hear(text: string, values: readonly unknown[], { context }: TenantConnection): void {
    const judgement = this.judge(text);
    if (typeof judgement === 'string') return void this.failures.set(text, judgement);
    for (const table of judgement.tables) this.touched.add(table);
    if (judgement.missing.length)
      this.failures.set(text, `does not name the tenant in ${judgement.missing.join(', ')}`);
    else if (UUID.test(text)) this.failures.set(text, 'has a value in its text; bind it as a parameter');
    for (const number of judgement.accountParameters)
      if (values[number - 1] !== context?.accountId)
        this.failures.set(text, `binds another account than the context's to $${number}`);
    for (const number of judgement.workspaceParameters)
      if (values[number - 1] !== context?.workspaceId)
        this.failures.set(text, `binds another workspace than the context's to $${number}`);
  }

  private judge(text: string): TenantPredicates | string {
    const known = this.judged.get(text);
    if (known !== undefined) return known;
    let judgement: TenantPredicates | string;
    try {
      judgement = tenantPredicates(text, this.tables);
    } catch (error) {
      judgement = `cannot be read: ${(error as Error).message}`;
    }
    this.judged.set(text, judgement);
    return judgement;
  }
}

type Sending = (text: string, ...values: unknown[]) => Promise<unknown[]>;

/** Reports statements that are refused before they are sent because they lack the tenant, even if their caller catches the error. */
function listen(
  prototype: { inAccount: Sending; inWorkspace: Sending },
  refused: (text: string, error: Error) => void,
): (() => void)[] {
  return (['inAccount', 'inWorkspace'] as const).map((name) => {
    const original = prototype[name];
    prototype[name] = async function (this: unknown, text, ...values) {
      try {
        return await original.call(this as never, text, ...values);
      } catch (error) {
        if (error instanceof PredicateMissingError) refused(text, error);
        throw error;
      }
    };
    return () => {
      prototype[name] = original;
    };
  });
}

function short(text: string): string {
  return text.replace(/\s+/g, ' ').slice(0, 120);
}
