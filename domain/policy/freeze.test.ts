import fc from 'fast-check';
import { freezeSchema, frozenAt } from './freeze.ts';

const at = (iso: string) => Date.parse(iso);
const until = (freezes: unknown[], iso: string) => {
  const frozen = frozenAt(
    freezes.map((each) => freezeSchema.parse(each)),
    at(iso),
  );
  return frozen && [frozen.name, new Date(frozen.untilMs).toISOString()];
};

const holidays = {
  name: 'holidays',
  timezone: 'Europe/Zurich',
  from: '2026-12-20T18:00',
  to: '2027-01-04T08:00',
};
const weekend = { name: 'weekend', timezone: 'Europe/Zurich', days: ['fri'], from: '16:00', to: '24:00' };

it('holds once, by the local time of its zone, its end not included', () => {
  expect(until([holidays], '2026-12-20T16:59:59Z')).toBeUndefined();
  expect(until([holidays], '2026-12-20T17:00:00Z')).toEqual(['holidays', '2027-01-04T07:00:00.000Z']);
  expect(until([holidays], '2027-01-04T06:59:59Z')).toBeDefined();
  expect(until([holidays], '2027-01-04T07:00:00Z')).toBeUndefined();
});

it('holds every week, in summer time and out of it, over midnight too', () => {
  // 2026-07-03 and 2026-12-04 are Fridays.
  expect(until([weekend], '2026-07-03T13:59:00Z')).toBeUndefined();
  expect(until([weekend], '2026-07-03T14:00:00Z')).toEqual(['weekend', '2026-07-03T22:00:00.000Z']);
  expect(until([weekend], '2026-12-04T15:00:00Z')).toEqual(['weekend', '2026-12-04T23:00:00.000Z']);
  const night = { name: 'night', timezone: 'UTC', days: ['mon'], from: '22:00', to: '06:00' };
  expect(until([night], '2026-07-07T05:59:00Z')).toEqual(['night', '2026-07-07T06:00:00.000Z']);
  expect(until([night], '2026-07-08T05:59:00Z')).toBeUndefined();
});

it('ends with the last of the windows that follow one another', () => {
  const days = { name: 'days-off', timezone: 'Europe/Zurich', days: ['sat', 'sun'] };
  expect(until([weekend, days], '2026-07-03T15:00:00Z')).toEqual(['weekend', '2026-07-05T22:00:00.000Z']);
});

it.each([
  { ...holidays, timezone: 'Europe/Nowhere' },
  { ...holidays, to: '2026-12-20T18:00' },
  { ...holidays, from: '2026-13-40T18:00' },
  { ...weekend, days: [] },
  { ...weekend, from: '25:00' },
  { ...weekend, extra: true },
])('refuses what means nothing: %j', (freeze) => {
  expect(freezeSchema.safeParse(freeze).success).toBe(false);
});

it('never ends before now, and is over at its end', () => {
  const zones = fc.constantFrom(
    'UTC',
    'Europe/Zurich',
    'America/New_York',
    'Asia/Kolkata',
    'Australia/Lord_Howe',
  );
  const times = fc.integer({ min: at('2026-01-01T00:00:00Z'), max: at('2027-12-31T00:00:00Z') });
  const clock = fc.integer({ min: 0, max: 23 }).map((hour) => `${String(hour).padStart(2, '0')}:30`);
  fc.assert(
    fc.property(zones, times, clock, clock, (timezone, nowMs, from, to) => {
      const freezes = [freezeSchema.parse({ name: 'f', timezone, days: ['wed', 'sat'], from, to })];
      const frozen = frozenAt(freezes, nowMs);
      if (frozen === undefined) return;
      expect(frozen.untilMs).toBeGreaterThan(nowMs);
      expect(frozen.untilMs - nowMs).toBeLessThanOrEqual(25 * 3_600_000);
      expect(frozenAt(freezes, frozen.untilMs)).toBeUndefined();
    }),
    { numRuns: 200 },
  );
});
