import fc from 'fast-check';
import type { HealthFacts } from './health-facts.ts';
import { healthOf, healthSchema } from './health.ts';

/** A release at 25 % that goes on as it should. */
const well: HealthFacts = {
  ...{ state: 'progressing', weight: 25, lookAgeMs: 4_000, leaseMs: 75_000, leaseLeftMs: 71_000 },
  ...{ gatewaysLive: 2, gatewaysMissing: [], plan: { maxPause: '24h', maxBlind: '2m', lease: '60s' } },
  ...{ workflow: 'running', pollers: 1, backlogMs: 0, seenAgeMs: 3_000 },
};
const over = { lookAgeMs: 90_000, leaseLeftMs: -15_000 };

describe('the health of a release', () => {
  it('is well where it is looked at, leased and served as set', () => {
    expect(healthOf(well)).toMatchObject({ condition: 'well', says: [], weight: { set: 25, served: 25 } });
  });

  it.each<[string, Partial<HealthFacts>, string, RegExp]>([
    [
      'its workers are dead',
      { ...over, backlogMs: 60_000 },
      'unattended',
      /no worker has taken its tasks for 60 s/,
    ],
    [
      'nobody evaluates it',
      { stage: 'evaluate', weight: 0, evaluators: 0 },
      'unattended',
      /no evaluation worker/,
    ],
    [
      'those who replay are dead',
      { stage: 'mirror', weight: 0, evaluators: 1, evaluationBacklogMs: 70_000 },
      'unattended',
      /for 70 s/,
    ],
    ['it is paused and nobody looks', { state: 'paused', pollers: 0 }, 'unattended', /start one/],
    ['no worker was ever there', { pollers: 0 }, 'unattended', /start one/],
    ['its workflow was terminated', { workflow: 'gone' }, 'unattended', /does not run/],
    [
      'its task keeps failing',
      { failingMs: 40_000, failingWhy: 'Nondeterminism' },
      'stuck',
      /40 s: Nondeterminism/,
    ],
    ['a worker hangs', { leaseLeftMs: 54_000 }, 'unattended', /for 21 s, and a look was due 6 s ago/],
    ['nobody looks any more', over, 'unattended', /the last check is 90 s old and the lease is over/],
    [
      'a provider answers nothing to an evaluation',
      { waitingFor: 'openai/gpt-5', waitingUntil: '2026-01-01T00:02:00Z' },
      'waiting',
      /waits for openai/,
    ],
    ['nothing valid is measured', { waitingFor: 'a valid measurement: x' }, 'blind', /valid measurement/],
    [
      'somebody paused it',
      { state: 'paused', pausedBy: 'user:ada', pausedWhy: 'lunch' },
      'paused',
      /ada: lunch/,
    ],
    ['a gateway lags', { gatewaysMissing: ['gw-2'] }, 'waiting', /gw-2/],
    ['Temporal is away', { workflow: 'unreachable' }, 'unattended', /Temporal does not answer/],
    ['every reconciler is away', { seenAgeMs: 61_000 }, 'unattended', /looked at its workflow for 61 s/],
    ['it runs in another Temporal', { workflow: 'elsewhere' }, 'elsewhere', /abort --force/],
  ])('says so where %s', (_, facts, condition, says) => {
    const health = healthOf({ ...well, ...facts });
    expect(health.condition).toBe(condition);
    expect(health.says[0]).toMatch(says);
  });

  it('does not miss a look that is under way, that another release has renewed for, or that saw nothing', () => {
    expect(healthOf({ ...well, leaseLeftMs: 55_000 }).condition).toBe('well');
    expect(healthOf({ ...well, plan: {}, leaseLeftMs: 54_000 }).condition).toBe('well');
    expect(healthOf({ ...well, leaseMs: 5_000, leaseLeftMs: 4_000 }).condition).toBe('well');
    const blind = healthOf({ ...well, leaseLeftMs: 40_000, waitingFor: 'a valid measurement: x' });
    expect(blind).toMatchObject({ condition: 'blind', says: [expect.stringContaining('valid measurement')] });
  });

  it('asks after evaluation workers only where one is needed', () => {
    const without = { evaluators: 0, evaluationBacklogMs: 70_000 };
    expect(healthOf({ ...well, ...without, stage: 'canary-25' }).condition).toBe('well');
    expect(healthOf({ ...well, evaluators: 2, evaluationBacklogMs: 5_000, stage: 'evaluate' }).says).toEqual(
      [],
    );
  });

  it('tells what is served from what is set (invariant 29)', () => {
    expect(healthOf({ ...well, ...over }).weight).toEqual({ set: 25, served: 0 });
    expect(healthOf({ ...well, gatewaysLive: 0 }).weight).toEqual({ set: 25, served: 0 });
    expect(healthOf({ ...well, gatewaysMissing: ['gw-2'] }).weight).toEqual({ set: 25, served: null });
  });

  it('is as well with an audience alone as with a share, and tells what that is served', () => {
    const first = { ...well, weight: 0, audience: 25 };
    expect(healthOf(first)).toMatchObject({
      ...{ condition: 'well', weight: { set: 0, served: 0 }, audience: { set: 25, served: 25 } },
    });
    expect(healthOf({ ...first, ...over })).toMatchObject({
      ...{ condition: 'unattended', audience: { set: 25, served: 0 } },
    });
    expect(healthOf({ ...first, gatewaysMissing: ['gw-2'] })).toMatchObject({
      ...{ condition: 'waiting', audience: { set: 25, served: null } },
    });
    expect(healthOf({ ...first, leaseLeftMs: 54_000 }).condition).toBe('unattended');
    expect(healthOf({ ...first, callersWord: 'they choose' }).callersWord).toBe('they choose');
    expect(healthOf({ ...well, audience: 25 }).audience).toBeUndefined();
  });

  it('says until when it waits: for a person, or for a measurement', () => {
    const at = '2026-01-01T00:00:00.000Z';
    const paused = { ...well, state: 'paused', pausedAt: at };
    expect(healthOf(paused).waitingUntil).toBe('2026-01-02T00:00:00.000Z');
    const blind = { ...well, waitingFor: 'a valid measurement', waitingSince: at };
    expect(healthOf(blind).waitingUntil).toBe('2026-01-01T00:02:00.000Z');
  });

  it('is never well with a candidate that nobody looks after', () => {
    const ms = fc.integer({ min: -100_000, max: 100_000 });
    fc.assert(
      fc.property(ms, fc.nat(2), fc.nat(60_000), (leaseLeftMs, pollers, backlogMs) => {
        const health = healthOf({ ...well, leaseLeftMs, pollers, backlogMs });
        const isAttended = leaseLeftMs >= 55_000 && pollers > 0 && backlogMs <= 15_000;
        return healthSchema.safeParse(health).success && (health.condition === 'well') === isAttended;
      }),
    );
  });
});
