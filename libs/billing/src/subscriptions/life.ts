/** Where a subscription is in its life. */
export const STATES = ['trialing', 'active', 'past_due', 'paused', 'read_only', 'cancelled', 'ended'] as const;

/** One of {@link STATES}. */
export type State = (typeof STATES)[number];

/**
 * What can happen to a subscription: what a provider of payments reports of it, and deadlines that pass.
 * - `paid`: it is paid for, and goes on.
 * - `payment_failed`: the provider could not take the payment, and tries again.
 * - `paused`: it neither costs nor gives anything, until it is resumed.
 * - `cancellation_set`: it is paid for, and does not go on after that.
 * - `cancelled`: the provider has ended it.
 * - `trial_over`, `grace_over`, `paid_time_over`: a deadline has passed.
 */
export type Happening =
  | 'paid'
  | 'payment_failed'
  | 'paused'
  | 'cancellation_set'
  | 'cancelled'
  | 'trial_over'
  | 'grace_over'
  | 'paid_time_over';

/** Days of a trial. */
export const TRIAL_DAYS = 14;
/** Days that an account goes on as it was after a payment failed. */
export const GRACE_DAYS = 14;
/** Days that the data of a subscription that has ended is kept, to be taken out or taken up again. */
export const DATA_DAYS = 7;

/** What passes by itself in a state, and when. */
interface Deadline {
  readonly happening: Happening;
  readonly of: (life: LifeTimes) => Date | null;
}

/** The moments that deadlines are counted from. */
export interface LifeTimes {
  readonly since: Date;
  readonly trialEndsAt: Date | null;
  /** Until when everything was promised: paid, or on trial; null for a moment that has passed. */
  readonly paidUntil: Date | null;
}

/** What a state lets the account do, what changes it, and when it changes by itself. */
interface StateRules {
  /** Nothing can be changed in the account, but everything read and taken out, and paid for. */
  readonly readOnly: boolean;
  readonly on: Readonly<Partial<Record<Happening, State>>>;
  readonly deadline?: Deadline;
}

const REPORTED = {
  paid: 'active',
  payment_failed: 'past_due',
  paused: 'paused',
  cancellation_set: 'cancelled',
  cancelled: 'cancelled',
} as const satisfies Partial<Record<Happening, State>>;

/**
 * The life of a subscription: the one table. What a state does not name leaves it as it is. Reports are whole pictures that can
 * come after gaps, so most states lead to any other.
 */
export const LIFE: Readonly<Record<State, StateRules>> = {
  trialing: {
    readOnly: false,
    on: { ...REPORTED, trial_over: 'read_only' },
    deadline: { happening: 'trial_over', of: ({ trialEndsAt }) => trialEndsAt },
  },
  active: { readOnly: false, on: REPORTED },
  past_due: {
    readOnly: false,
    on: { ...REPORTED, grace_over: 'read_only' },
    deadline: { happening: 'grace_over', of: ({ since }) => daysAfter(since, GRACE_DAYS) },
  },
  // a pause is no way to a second grace
  paused: { readOnly: true, on: { ...REPORTED, payment_failed: 'read_only' } },
  // whoever could not pay in time pays, or is ended by the provider; a trial that is over waits without end
  read_only: { readOnly: true, on: { ...REPORTED, payment_failed: 'read_only', cancelled: 'ended' } },
  cancelled: {
    readOnly: false,
    on: { ...REPORTED, paid_time_over: 'ended' },
    deadline: { happening: 'paid_time_over', of: ({ paidUntil, since }) => paidUntil ?? since },
  },
  // only what is bought anew leads out of it
  ended: { readOnly: true, on: { paid: 'active', cancellation_set: 'cancelled' } },
};

/** A moment so many days after another. */
export function daysAfter(moment: Date, days: number): Date {
  return new Date(moment.getTime() + days * 86_400_000);
}
