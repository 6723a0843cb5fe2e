import fc from 'fast-check';
import {
  type Beginning,
  DATA_DAYS,
  fold,
  GRACE_DAYS,
  LIFE,
  type ReportedAt,
  STATES,
  type SubscriptionReport,
  TRIAL_DAYS,
} from '../src/index.js';

const BEGAN = new Date('2036-01-01T00:00:00Z');
const day = (days: number) => new Date(BEGAN.getTime() + days * 86_400_000);
const TRIAL: Beginning = { kind: 'trial', at: BEGAN, trialEndsAt: day(TRIAL_DAYS) };
const GRANTED: Beginning = { kind: 'granted', at: BEGAN };
const BOUGHT: SubscriptionReport = {
  provider: 'paddle',
  reference: 'sub_1',
  customer: 'ctm_1',
  status: 'active',
  price: 'pri_1',
  quantity: 3,
  startedAt: day(10),
  periodEndsAt: day(40),
  cancelsAt: null,
};
let counter = 0;
const at = (days: number, changes: Partial<SubscriptionReport> = {}): ReportedAt => {
  counter += 1;
  return { event: `evt_${String(counter).padStart(6, '0')}`, at: day(days), report: { ...BOUGHT, ...changes } };
};
const passedThrough = (beginning: Beginning, reports: readonly ReportedAt[], now: Date) =>
  fold(beginning, reports, now).transitions.map(({ to, at: moment }) => [
    to,
    (moment.getTime() - BEGAN.getTime()) / 86_400_000,
  ]);

describe('BIL-04 the life of a subscription', () => {
  test('a trial has fourteen days, and then everything can be read and nothing is lost', () => {
    expect(fold(TRIAL, [], day(13.9))).toMatchObject({ state: 'trialing', deadlineAt: day(14), dataUntil: null });
    expect(fold(TRIAL, [], day(4_000))).toMatchObject({
      state: 'read_only',
      since: day(14),
      deadlineAt: null,
      dataUntil: null,
    });
  });

  test('the whole story: trial, bought, unpaid, read-only, paid, cancelled, ended', () => {
    const reports = [
      at(10),
      at(40, { status: 'past_due', periodEndsAt: day(70) }),
      at(60, { periodEndsAt: day(70) }),
      at(65, { periodEndsAt: day(70), cancelsAt: day(70) }),
      at(70, { status: 'canceled', periodEndsAt: null }),
    ];
    expect(passedThrough(TRIAL, reports, day(90))).toEqual([
      ['active', 10],
      ['past_due', 40],
      ['read_only', 40 + GRACE_DAYS],
      ['active', 60],
      ['cancelled', 65],
      ['ended', 70],
    ]);
    expect(fold(TRIAL, reports, day(90))).toMatchObject({ dataUntil: day(70 + DATA_DAYS) });
  });

  test('BIL-06 what was paid for is there until it ends, though the provider ends it sooner', () => {
    const reports = [at(10), at(20, { status: 'canceled', periodEndsAt: null })];
    expect(fold(TRIAL, reports, day(39))).toMatchObject({ state: 'cancelled', deadlineAt: day(40) });
    expect(fold(TRIAL, reports, day(40))).toMatchObject({ state: 'ended', since: day(40) });
  });

  test('BIL-06 whoever buys and cancels during the trial keeps the trial', () => {
    const reports = [
      at(1, { startedAt: day(1), periodEndsAt: day(5) }),
      at(2, { startedAt: day(1), status: 'canceled', periodEndsAt: null }),
    ];
    expect(fold(TRIAL, reports, day(13))).toMatchObject({ state: 'cancelled', deadlineAt: day(14) });
  });

  test('a payment that failed does not put the end of the grace off by failing again', () => {
    const reports = [at(10), at(40, { status: 'past_due' }), at(50, { status: 'past_due' })];
    expect(fold(TRIAL, reports, day(54))).toMatchObject({ state: 'read_only', since: day(54) });
    expect(fold(TRIAL, [...reports, at(55, { status: 'past_due' })], day(56))).toMatchObject({ state: 'read_only' });
  });

  test('a late end of what was had before does not end what was bought after it', () => {
    const again = { reference: 'sub_2', startedAt: day(60), periodEndsAt: day(90) };
    const reports = [at(10), at(60, again), at(61, { status: 'canceled', periodEndsAt: null })];
    expect(fold(TRIAL, reports, day(70))).toMatchObject({
      state: 'active',
      report: { reference: 'sub_2' },
      surplus: [],
    });
  });

  test('what was bought twice goes on costing, and is named', () => {
    const reports = [at(10), at(11, { reference: 'sub_2', startedAt: day(11) })];
    expect(fold(TRIAL, reports, day(12))).toMatchObject({
      report: { reference: 'sub_2' },
      surplus: [{ reference: 'sub_1' }],
    });
  });

  test('what the operator grants stands above what was bought before, and below what is bought after', () => {
    expect(fold(GRANTED, [at(5, { startedAt: day(-5) })], day(6))).toMatchObject({ state: 'active', report: null });
    expect(fold(GRANTED, [at(10)], day(11))).toMatchObject({ report: { reference: 'sub_1' } });
  });

  test('a month that was reported before it was paid, and never was, is nobody’s', () => {
    const renewed = { periodEndsAt: day(70) };
    const reports = [at(10), at(40, renewed), at(40.04, { ...renewed, status: 'past_due' })];
    const ended = at(60, { ...renewed, status: 'canceled' });
    expect(fold(TRIAL, [...reports, ended], day(61))).toMatchObject({ state: 'ended', since: day(60) });
    const early = at(41, { ...renewed, status: 'canceled' });
    expect(fold(TRIAL, [...reports, early], day(42))).toMatchObject({ state: 'ended' });
  });

  test('a purchase that was never paid displaces nothing, on trial or on a plan', () => {
    const expired = at(11, { reference: 'sub_2', startedAt: day(11), status: 'canceled', periodEndsAt: null });
    expect(fold(TRIAL, [at(10), expired], day(12))).toMatchObject({
      state: 'active',
      report: { reference: 'sub_1' },
      surplus: [],
    });
    expect(fold(TRIAL, [expired], day(12))).toMatchObject({ state: 'trialing', report: null });
  });

  test('of two that were bought in one moment the same one stays, however often it is asked', () => {
    const [one, two] = [at(10), at(10, { reference: 'sub_2' })];
    const answer = at(11, { cancelsAt: day(40) });
    expect(fold(TRIAL, [one, two, answer], day(12))).toMatchObject({ report: { reference: 'sub_2' }, surplus: [] });
  });

  test('a pause gives no second grace', () => {
    const reports = [
      at(10),
      at(40, { status: 'past_due' }),
      at(55, { status: 'paused' }),
      at(56, { status: 'past_due' }),
    ];
    expect(fold(TRIAL, reports, day(57))).toMatchObject({ state: 'read_only' });
  });

  test('every state leads to a state, and a deadline to one of its own state', () => {
    for (const state of STATES) {
      for (const to of Object.values(LIFE[state].on)) expect(STATES).toContain(to);
      const { deadline } = LIFE[state];
      if (deadline) expect(LIFE[state].on[deadline.happening]).toBeDefined();
    }
    expect(STATES.filter((state) => LIFE[state].readOnly)).toEqual(['paused', 'read_only', 'ended']);
  });
});

describe('BIL-01 order and repetition of what a provider reports', () => {
  const report = fc.record({
    days: fc.integer({ min: 0, max: 400 }),
    status: fc.constantFrom('active', 'past_due', 'paused', 'canceled') as fc.Arbitrary<SubscriptionReport['status']>,
    reference: fc.constantFrom('sub_1', 'sub_2', 'sub_3'),
    quantity: fc.integer({ min: 1, max: 9 }),
    paidFor: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }),
    cancelsIn: fc.option(fc.integer({ min: 0, max: 60 }), { nil: null }),
  });
  const begins = { sub_1: 0, sub_2: 100, sub_3: 200 } as const;
  const reported = report.map(({ days, reference, paidFor, cancelsIn, ...rest }) =>
    at(days, {
      ...rest,
      reference,
      startedAt: day(begins[reference as keyof typeof begins]),
      periodEndsAt: paidFor === null ? null : day(days + paidFor),
      cancelsAt: cancelsIn === null ? null : day(days + cancelsIn),
    }),
  );

  test('shuffled and with some of them twice they come to the same', () => {
    fc.assert(
      fc.property(fc.array(reported, { minLength: 1, maxLength: 60 }), fc.infiniteStream(fc.nat()), (reports, dice) => {
        const twice = reports.flatMap((one) => ((dice.next().value ?? 0) % 5 ? [one] : [one, one]));
        const shuffled = twice
          .map((one) => ({ one, place: dice.next().value ?? 0 }))
          .sort((a, b) => a.place - b.place)
          .map(({ one }) => one);
        expect(fold(TRIAL, shuffled, day(500))).toEqual(fold(TRIAL, reports, day(500)));
      }),
      { numRuns: 300 },
    );
  });

  test('ten thousand, a fifth of them twice, in any order', () => {
    const reports = fc.sample(reported, { numRuns: 10_000, seed: 7 });
    const shuffled = [...reports, ...reports.slice(0, 2_000)]
      .map((one, index) => ({ one, place: (index * 7_919) % 12_007 }))
      .sort((a, b) => a.place - b.place)
      .map(({ one }) => one);
    expect(fold(TRIAL, shuffled, day(500))).toEqual(fold(TRIAL, reports, day(500)));
  });

  test('deadlines that pass are the same whether one looks at each day or at the end alone', () => {
    fc.assert(
      fc.property(fc.array(reported, { minLength: 1, maxLength: 20 }), fc.nat({ max: 500 }), (reports, days) => {
        const known = reports.filter(({ at: moment }) => moment <= day(days));
        const { transitions } = fold(TRIAL, reports, day(600));
        expect(fold(TRIAL, known, day(days)).transitions).toEqual(
          transitions.filter(({ at: moment }) => moment <= day(days)),
        );
      }),
      { numRuns: 300 },
    );
  });
});
