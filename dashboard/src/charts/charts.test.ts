import { stripScale } from '../release/strip-scale.ts';
import { difference, measured, oddsAt, rangeOf, toLogTen } from './columns.ts';
import { trafficSteps } from './traffic-steps.ts';

it('says odds by their logarithm', () => {
  expect(oddsAt(toLogTen(Math.log(120)) ?? 0)).toBe('120 : 1');
  expect(oddsAt(-1)).toBe('0.1 : 1');
  expect(oddsAt(9.2)).toBe('10^9 : 1');
  expect(oddsAt(-5)).toBe('1 : 10^5');
  expect(toLogTen(null)).toBeNull();
});

it('says shares as percent and their differences in points, with a sign', () => {
  expect([measured('share', 0.0123), measured('mean', 812.4)]).toEqual(['1.2 %', '810']);
  expect([difference('share', 0.002), difference('share', -0.009)]).toEqual(['+0.2 pt', '−0.9 pt']);
  expect([difference('mean', 548), difference('mean', 0)]).toEqual(['+550', '0']);
});

it('draws the share as it was set, up to now', () => {
  const traffic = [
    { at: '2026-11-23T14:10:00Z', version: 2, weight: 25 },
    { at: '2026-11-23T14:00:00Z', version: 1, weight: 5 },
  ];
  const [at, weights] = trafficSteps({ traffic }, '2026-11-23T14:20:00Z');
  expect(at.map((second) => (second - (at[0] ?? 0)) / 60)).toEqual([0, 10, 20]);
  expect(weights).toEqual([5, 25, 25]);
  expect(trafficSteps({ traffic: [] }, '2026-11-23T14:20:00Z')).toEqual([[], []]);
});

it('puts a band, zero and the limit on one line', () => {
  const x = stripScale([0, -0.1, 0.4]);
  expect([x(-0.1), x(0.4)]).toEqual([4, 96]);
  expect(x(0)).toBeCloseTo(22.4);
  expect(stripScale([0, 0])(0)).toBe(50);
});

it('shows the differences and the limit whole, and not the bands of the first checks', () => {
  const guardrail = {
    ...{ name: 'errors', subject: 'errors', measure: 'share' as const, actsAt: 3 },
    ...{ evidence: [], candidate: [], stable: [] },
    difference: [0.05, 0.02, 0.02, 0.02],
    lower: [-0.9, -0.03, -0.02, -0.01],
    upper: [0.9, 0.06, 0.05, 0.04],
    limit: [null, 0.1, 0.1, 0.1],
  };
  const [low, high] = rangeOf(guardrail);
  expect([low, high].map((value) => Number(value.toFixed(3)))).toEqual([-0.04, 0.11]);
  expect(rangeOf({ ...guardrail, difference: [], lower: [], upper: [], limit: [] })).toEqual([
    -0.0008, 0.0008,
  ]);
});
