import type { CheckedLook } from '../../../activities/looks/explain/checks.ts';
import { chartOf } from './chart.ts';
import { createKnownChecks } from './known-checks.ts';

const check = (look: number): CheckedLook => ({
  ...{ stage: 'canary-5', look, at: new Date(look * 10_000).toISOString(), splitVersion: 2 },
  ...{ verdict: look % 1_000 === 999 ? 'fail' : 'wait', requests: look, points: [] },
});

function knownOf(count: number) {
  const known = createKnownChecks();
  for (let look = 0; look < count; look += 1) known.take(check(look));
  return known.read();
}

it.each([0, 1, 299, 301, 2_000, 8_640, 100_000])(
  'keeps of %i checks as many as somebody looks at',
  (count) => {
    const { of, shown, decided } = knownOf(count);
    expect(of).toBe(count);
    expect(shown.length).toBeLessThanOrEqual(900);
    expect(shown.slice(-300).map(({ look }) => look)).toEqual(
      Array.from({ length: Math.min(300, count) }, (_, i) => Math.max(0, count - 300) + i),
    );
    if (count > 0) expect(shown[0]?.look).toBe(0);
    expect(decided).toHaveLength(Math.floor(count / 1_000));
  },
);

it.each([
  [12, 5],
  [8_640, 300],
  [8_640, 1_000],
  [299, 300],
])('charts %i checks evenly by at most %i, with the first and the last', (count, points) => {
  const { atMs, of } = chartOf(knownOf(count), { weights: new Map(), traffic: [], points });
  expect(of).toBe(count);
  expect(atMs.length).toBeLessThanOrEqual(points);
  expect([atMs[0], atMs.at(-1)]).toEqual([0, (count - 1) * 10_000]);
  const gaps = atMs.slice(1).map((at, i) => (at - (atMs[i] ?? 0)) / 10_000);
  // Of those further back one in sixteen is there.
  expect(Math.max(...gaps)).toBeLessThanOrEqual(count / Math.min(points, count) + 2 * 16);
});
