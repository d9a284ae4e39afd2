import { durationMs } from '../duration.ts';
import { judgedWeight, planSchema, totalHoldMs } from './plan.ts';

describe('planSchema', () => {
  it('fills an empty plan with 5, 25 and 100 %', () => {
    const plan = planSchema.parse({});
    expect(plan.steps.map((step) => step.weight)).toEqual([5, 25, 100]);
    expect(plan).toMatchObject({
      holdback: 5,
      alpha: 0.05,
      onInconclusive: 'pause',
      lease: '60s',
      maxBlind: '2m',
    });
    expect(totalHoldMs(plan)).toBe(120 * 60_000);
  });

  it('gives two plans that mean the same the same JSON, written out or not', () => {
    const short = planSchema.parse({ steps: [{ weight: 100, hold: '1h' }] });
    expect(planSchema.parse(short)).toEqual(short);
  });

  it.each([
    [{ steps: [{ weight: 5, hold: '1m' }] }, 'the last step has weight 100'],
    [
      {
        steps: [
          { weight: 50, hold: '1m' },
          { weight: 25, hold: '1m' },
          { weight: 100, hold: '1m' },
        ],
      },
      'rise',
    ],
    [{ steps: [{ weight: 100, hold: 'soon' }] }, 'duration'],
    [{ holdBack: 5 }, 'holdBack'],
    [{ audience: { hold: '1d' } }, 'names `labels`, `subjects` or both'],
    [{ audience: { hold: '1d', labels: {} } }, 'names `labels`, `subjects` or both'],
    [{ audience: { hold: '1d', subjects: ['a b'] } }, 'without spaces'],
    [{ audience: { hold: '1d', labels: { Tenant: ['acme'] } } }, 'lower-case'],
    [{ audience: { subjects: ['ada'] } }, 'audience'],
    [{ audience: { hold: '1d', subjects: ['ada'], weight: 100 } }, '90'],
    [{ holdback: 50, audience: { hold: '1d', subjects: ['ada'], weight: 51 } }, 'go back to stable'],
    [
      {
        steps: [
          { weight: 97, hold: '1m' },
          { weight: 100, hold: '1m' },
        ],
      },
      'lower the holdback',
    ],
  ])('refuses %j', (plan, message) => {
    const result = planSchema.safeParse(plan);
    expect(JSON.stringify(result.error?.issues)).toContain(message);
  });
});

it('has no audience where it names none, and keeps its digest', () => {
  expect(JSON.stringify(planSchema.parse({}))).not.toContain('audience');
  const audience = { labels: { tenant: ['acme'] }, hold: '1d' };
  expect(planSchema.parse({ audience }).audience).toEqual({ ...audience, weight: 25, minExposures: 50 });
});

it('keeps the holdback on stable while the last step bakes', () => {
  const plan = planSchema.parse({ holdback: 10 });
  expect(plan.steps.map((step) => judgedWeight(plan, step))).toEqual([5, 25, 90]);
});

it.each([
  ['250ms', 250],
  ['1.5s', 1500],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1d', 86_400_000],
  // A lease of this is kept in whole milliseconds, as a table has it.
  ['10.0004s', 10_000],
  ['0.07s', 70],
])('reads the duration %s', (text, ms) => {
  expect(durationMs(text)).toBe(ms);
});

it.each(['', '5', 's', '-1s', '1 s', '1w'])('refuses the duration %j', (text) => {
  expect(() => durationMs(text)).toThrow('no duration');
});
