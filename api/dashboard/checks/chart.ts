import { subjectOf } from '../../../domain/guardrail/registry.ts';
import type { ReleaseChart } from '../../schemas/dashboard/chart.ts';
import type { CheckedLook, Point } from '../../../activities/looks/explain/checks.ts';
import type { KnownChecks, NumberedCheck } from './known-checks.ts';

interface Charted {
  /** The candidate's share in percent under each split version. */
  readonly weights: ReadonlyMap<number, number>;
  readonly traffic: ReleaseChart['traffic'];
  /** So many points at the most. */
  readonly points: number;
}

/** Checks as columns. */
export function chartOf(known: KnownChecks, { weights, traffic, points }: Charted): ReleaseChart {
  const shown = thinned(known, points);
  const names = [...new Set(shown.flatMap((check) => check.points.map(({ name }) => name)))];
  return {
    of: known.of,
    atMs: shown.map(({ at }) => Date.parse(at)),
    requests: shown.map(({ requests }) => requests),
    stage: shown.map(({ stage }) => stage),
    check: shown.map(({ look }) => look),
    weight: shown.map(({ splitVersion }) => weights.get(splitVersion) ?? null),
    guardrails: names.map((name) => seriesOf(name, shown)),
    traffic,
  };
}

function seriesOf(name: string, checks: readonly CheckedLook[]): ReleaseChart['guardrails'][number] {
  const found = checks.map(({ points }) => points.find((point) => point.name === name));
  const newest = found.findLast((point) => point !== undefined);
  const column = (value: (point: Point) => number | null | undefined) =>
    found.map((point) => (point === undefined ? null : (value(point) ?? null)));
  return {
    ...{ name, subject: subjectOf({ name, kind: newest?.kind }), measure: newest?.measure ?? 'share' },
    actsAt: newest?.actsAt ?? 0,
    evidence: column(({ evidence }) => evidence),
    candidate: column(({ candidate }) => candidate.estimate),
    stable: column(({ stable }) => stable.estimate),
    difference: column(({ difference }) => difference?.estimate),
    lower: column(({ difference }) => difference?.lower),
    upper: column(({ difference }) => difference?.upper),
    limit: column(({ limit }) => limit),
  };
}

/** Evenly by their numbers, with the first and the last: of those further back not all are there. */
function thinned({ of, shown }: KnownChecks, most: number): NumberedCheck[] {
  if (shown.length <= most && shown.length === of) return [...shown];
  const step = Math.max(1, (of - 1) / (most - 1));
  let next = 0;
  return shown.filter(({ number }, i) => {
    if (number < Math.round(next * step) && i < shown.length - 1) return false;
    next = Math.max(next, Math.round(number / step)) + 1;
    return true;
  });
}
