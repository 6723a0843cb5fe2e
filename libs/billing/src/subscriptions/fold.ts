import type { ProviderName } from '../plans/plan.js';
import { daysAfter, DATA_DAYS, type Happening, LIFE, type LifeTimes, type State } from './life.js';

/** How a subscription begins: on trial; unpaid, if the owner has had a trial already; or granted by the operator, who can grant again. */
export type Beginning =
  | { readonly kind: 'trial'; readonly at: Date; readonly trialEndsAt: Date }
  | { readonly kind: 'unpaid' | 'granted'; readonly at: Date };

const FIRST_STATE = { trial: 'trialing', unpaid: 'read_only', granted: 'active' } as const satisfies Record<
  Beginning['kind'],
  State
>;

/** What a provider says of one of its subscriptions at some moment: the whole of it. */
export interface SubscriptionReport {
  readonly provider: ProviderName;
  readonly reference: string;
  readonly customer: string;
  readonly status: 'active' | 'past_due' | 'paused' | 'canceled';
  /** The provider's reference of the price, and how many times it is paid. */
  readonly price: string;
  readonly quantity: number;
  readonly startedAt: Date;
  /** Until when is paid; null where nothing is. */
  readonly periodEndsAt: Date | null;
  /** When it ends, where it was cancelled for later. */
  readonly cancelsAt: Date | null;
}

/** A report as JSON has it: moments are texts. */
export type StoredReport = Omit<SubscriptionReport, 'startedAt' | 'periodEndsAt' | 'cancelsAt'> & {
  readonly startedAt: string;
  readonly periodEndsAt: string | null;
  readonly cancelsAt: string | null;
};

/** A report with its moments again. */
export function readReport({ startedAt, periodEndsAt, cancelsAt, ...report }: StoredReport): SubscriptionReport {
  const moment = (text: string | null) => (text === null ? null : new Date(text));
  return {
    ...report,
    startedAt: new Date(startedAt),
    periodEndsAt: moment(periodEndsAt),
    cancelsAt: moment(cancelsAt),
  };
}

/** A report with when it was true, by the provider's clock. */
export interface ReportedAt {
  /** The provider's id of the event; orders what happened at one moment. */
  readonly event: string;
  readonly at: Date;
  /** Orders what happened at one moment, for a provider whose clock has whole seconds: how late in a life it comes. Default 0. */
  readonly rank?: number;
  readonly report: SubscriptionReport;
}

/** A change of state, and what it came of. */
export interface Transition {
  readonly at: Date;
  readonly from: State;
  readonly to: State;
  readonly because: Happening;
}

/** What an account's subscription is, after everything that is known. */
export interface Folded {
  readonly state: State;
  readonly since: Date;
  /** When it changes by itself; null where it does not. */
  readonly deadlineAt: Date | null;
  /** Until when the data is kept; null while the subscription goes on. */
  readonly dataUntil: Date | null;
  /** What the provider says last; null before anything was bought. */
  readonly report: SubscriptionReport | null;
  /** Subscriptions beside it that go on costing: somebody has bought twice. */
  readonly surplus: readonly SubscriptionReport[];
  readonly transitions: readonly Transition[];
}

/**
 * Says what a subscription is at a moment, from how it began and all that was reported: sorted by the provider's clock, so that
 * the order in which reports came, and how often, makes no difference. Deadlines pass between them as they would have.
 *
 * A report of a subscription that began before another one which was reported is of the past, whatever its own time: who buys
 * again does not lose it by the end of what they had before.
 */
export function fold(beginning: Beginning, reports: readonly ReportedAt[], now: Date): Folded {
  const life = new Life(beginning);
  for (const { at, report } of inOrder(reports)) {
    life.passTo(at);
    life.take(at, report);
  }
  life.passTo(now);
  return life.folded();
}

function inOrder(reports: readonly ReportedAt[]): readonly ReportedAt[] {
  const once = new Map(reports.map((reported) => [reported.event, reported]));
  return [...once.values()].sort(
    (a, b) => a.at.getTime() - b.at.getTime() || (a.rank ?? 0) - (b.rank ?? 0) || (a.event < b.event ? -1 : 1),
  );
}

class Life {
  private state: State;
  private since: Date;
  private report: SubscriptionReport | null = null;
  private readonly lastOf = new Map<string, SubscriptionReport>();
  /** What was paid for stays paid for, whatever is said later. */
  private paidUntil: Date | null;
  private readonly transitions: Transition[] = [];

  constructor(private readonly beginning: Beginning) {
    this.state = FIRST_STATE[beginning.kind];
    this.since = beginning.at;
    this.paidUntil = this.trialEndsAt;
  }

  private get trialEndsAt(): Date | null {
    return this.beginning.kind === 'trial' ? this.beginning.trialEndsAt : null;
  }

  /** Lets the deadlines pass that are before a moment. */
  passTo(moment: Date): void {
    for (let due = this.deadline(); due && due <= moment; due = this.deadline()) {
      const happening = LIFE[this.state].deadline?.happening;
      if (!happening || !this.happens(due, happening)) return;
    }
  }

  take(at: Date, report: SubscriptionReport): void {
    this.lastOf.set(report.reference, report);
    if (this.isOfThePast(report)) return;
    this.report = report;
    if (report.status === 'active') this.paidUntil = latest(this.trialEndsAt, report.cancelsAt ?? report.periodEndsAt);
    // a provider can move the period on before it has the money
    if (report.status === 'past_due') this.paidUntil = latest(this.trialEndsAt, earliest(this.paidUntil, at));
    this.happens(at, happeningOf(report));
  }

  folded(): Folded {
    const { state, since, report, transitions } = this;
    const dataUntil = state === 'ended' ? daysAfter(since, DATA_DAYS) : null;
    const surplus = [...this.lastOf.values()].filter(
      ({ reference, status, cancelsAt }) => reference !== report?.reference && status !== 'canceled' && !cancelsAt,
    );
    return { state, since, deadlineAt: this.deadline(), dataUntil, report, surplus, transitions };
  }

  private deadline(): Date | null {
    return LIFE[this.state].deadline?.of(this.times()) ?? null;
  }

  private times(): LifeTimes {
    const { since, trialEndsAt, paidUntil } = this;
    return { since, trialEndsAt, paidUntil: paidUntil && paidUntil > since ? paidUntil : null };
  }

  /** Whether something newer stands: another purchase, or what the operator has granted since; or there never was anything to it. */
  private isOfThePast(report: SubscriptionReport): boolean {
    if (report.reference === this.report?.reference) return false;
    if (report.status === 'canceled') return true;
    if (!this.report) return this.beginning.kind === 'granted' && report.startedAt < this.beginning.at;
    const [one, other] = [report, this.report].map(({ startedAt }) => startedAt.getTime()) as [number, number];
    // of one moment the order of names: whoever asks in whatever order has to find the same
    return one < other || (one === other && report.reference < this.report.reference);
  }

  /** @returns whether it led anywhere. */
  private happens(at: Date, because: Happening): boolean {
    const [from, to] = [this.state, LIFE[this.state].on[because]];
    if (!to || to === from) return false;
    this.state = to;
    this.since = at;
    this.transitions.push({ at, from, to, because });
    return true;
  }
}

function latest(one: Date | null, other: Date | null): Date | null {
  return one && (!other || one > other) ? one : other;
}

function earliest(one: Date | null, other: Date): Date {
  return one && one < other ? one : other;
}

function happeningOf({ status, cancelsAt }: SubscriptionReport): Happening {
  if (status === 'canceled') return 'cancelled';
  if (status === 'paused') return 'paused';
  if (status === 'past_due') return 'payment_failed';
  return cancelsAt ? 'cancellation_set' : 'paid';
}
