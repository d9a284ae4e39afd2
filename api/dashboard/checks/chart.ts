import { subjectOf } from '../../../domain/guardrail/registry.ts';
import type { ReleaseChart } from '../../schemas/dashboard/chart.ts';
import type { CheckedLook, Point } from '../../../activities/looks/explain/checks.ts';

interface Charted {
  /** The candidate's share in percent under each split version. */
  readonly weights: ReadonlyMap<number, number>;
  readonly traffic: ReleaseChart['traffic'];
  /** So many points at the most. */
  readonly points: number;
}

/** Checks as columns. */
export function chartOf(checks: readonly CheckedLook[], { weights, traffic, points }: Charted): ReleaseChart {
  const shown = thinned(checks, points);
  const names = [...new Set(shown.flatMap((check) => check.points.map(({ name }) => name)))];
  return {
    of: checks.length,
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

/** Evenly, with the first and the last. */
function thinned<Item>(items: readonly Item[], most: number): Item[] {
  if (items.length <= most) return [...items];
  const step = (items.length - 1) / (most - 1);
  return Array.from({ length: most }, (_, i) => items[Math.round(i * step)]).filter(
    (item) => item !== undefined,
  );
}
