import type { KeptObservation } from '../../../config-store/observations/list-observations.ts';
import { meansIn } from '../../../domain/guardrail/means/mean.ts';
import { judgedMeans, type JudgedMean } from '../../../domain/guardrail/registry.ts';
import type { Counting } from '../../../domain/split/split.ts';
import { withDue } from '../due-looks.ts';
import type { MeanGuardrailState, MeanResult } from '../judging/mean-states.ts';
import { observeMean } from '../judging/observe-means.ts';
import type { ExplainedLook, JudgedRelease } from './stored-looks.ts';

/** What is kept of a release's means. */
export interface ObservedMeans {
  readonly observations: readonly KeptObservation[];
  readonly countings: ReadonlyMap<number, Counting>;
}

/** What one guardrail's observations come to, look by look. */
export interface MeanAgain {
  /** That of the guardrail, or of one of its segments. */
  readonly key: string;
  /** By the looks' order; ends where it cannot be said any more. */
  readonly results: readonly (MeanResult | undefined)[];
  /** Why that is: observations expire, and go with their subjects. */
  readonly why?: string;
}

export interface MeansOfRelease {
  readonly looks: readonly ExplainedLook[];
  readonly release: JudgedRelease;
  readonly observed: ObservedMeans;
}

/** Judges the means of a release again, from the answers that are kept, each look by those that it had. */
export function meansAgain(of: MeansOfRelease): MeanAgain[] {
  const dues = dueUpTo(of);
  return judgedMeans(of.release.plan)
    .flatMap((judged) =>
      [judged.name, ...judged.segments.map(({ key }) => key)].map((key) => ({ judged, key })),
    )
    .filter(({ key }) => of.looks.some(({ increments }) => increments.means?.[key] !== undefined))
    .map(({ judged, key }) => meanAgain({ judged, key }, of, dues, ownOf(key, of)));
}

/** A guardrail of means, or one of its segments. */
export interface MeanKey {
  readonly judged: JudgedMean;
  readonly key: string;
}

/** Those of a guardrail, or of a segment. */
export function ownOf(key: string, { observed }: MeansOfRelease): KeptObservation[] {
  return observed.observations.filter(({ guardrail }) => guardrail === key);
}

/** How much of the mass is due by each look. */
export function dueUpTo({
  looks,
  release,
}: {
  readonly looks: readonly Pick<ExplainedLook, 'increments'>[];
  readonly release: JudgedRelease;
}): number[] {
  let sum = 0;
  const all = withDue(
    looks.map(({ increments }) => increments),
    release,
  );
  return all.map(({ due }) => (sum += due));
}

/** The same with other values, where somebody asks what would have been. */
export function meanAgain(
  { judged, key }: MeanKey,
  { looks, observed }: MeansOfRelease,
  dues: readonly number[],
  own: readonly KeptObservation[],
): MeanAgain {
  const results: (MeanResult | undefined)[] = [];
  let state: MeanGuardrailState | undefined;
  let next = 0;
  for (const [i, { row, increments }] of looks.entries()) {
    const stored = increments.means?.[key];
    const counting = countingOf(judged, observed.countings.get(row.splitVersion));
    if (stored === undefined || counting === undefined) {
      results.push(undefined);
      continue;
    }
    const { upTo, read, sight } = stored;
    if (read === undefined) return { key, results, why: 'looks of before do not say which answers they had' };
    const end = upTo === undefined ? next : firstAfter(own, next, placeOf(upTo));
    const rows = own.slice(next, end).map((each) => [each.splitVersion, each.arm, each.value] as const);
    if (rows.length !== read) {
      const where = `check ${row.look} of ${row.stage}`;
      return { key, results, why: `of the ${read} answers of ${where} ${rows.length} are there now` };
    }
    const found = {
      ...{ guardrail: key, rows },
      ...(upTo === undefined ? {} : { upTo }),
      ...(sight === undefined ? {} : { sight }),
    };
    const due = dues[i] ?? 0;
    const facts = { judged, splitVersion: row.splitVersion, counting, observed: found, due };
    const again = observeMean(state, facts);
    ({ state } = again);
    next = end;
    results.push(again.result);
  }
  return { key, results };
}

function countingOf({ name }: JudgedMean, counting: Counting | undefined) {
  const { observed, scored } = meansIn(counting);
  return observed[name] ?? scored[name];
}

type Place = Pick<KeptObservation, 'atMicros' | 'hash'>;

function firstAfter(own: readonly KeptObservation[], from: number, place: Place): number {
  let at = from;
  for (let each = own[at]; each !== undefined && !isAfter(each, place); each = own[at]) at += 1;
  return at;
}

function isAfter(one: Place, other: Place): boolean {
  if (one.atMicros !== other.atMicros) return one.atMicros > other.atMicros;
  return BigInt(one.hash) > BigInt(other.hash);
}

/** A time as the database writes it, to the microsecond, which no `Date` holds. */
function placeOf({ at, hash }: { readonly at: string; readonly hash: string }): Place {
  const [, fraction = ''] = /\.(\d+)/u.exec(at) ?? [];
  const wholeMs = Date.parse(at.replace(/\.\d+/u, ''));
  return { atMicros: wholeMs * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6)), hash };
}
