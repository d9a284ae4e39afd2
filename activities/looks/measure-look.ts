import type { Pool } from 'pg';
import { z } from 'zod';
import { readCounts, type CumulativeCounts } from '../../config-store/looks/read-counts.ts';
import type { LookGrounds, StoredLook } from '../../config-store/looks/read-look.ts';
import { readLostRequests, type LostRequests } from '../../config-store/looks/read-lost-requests.ts';
import { SluiceError } from '../../domain/errors.ts';
import { errors } from '../../domain/guardrail/errors.ts';
import type { Plan } from '../../domain/release/plan.ts';
import type { Counting } from '../../domain/split/split.ts';
import type { LookArgs, LookResult } from './contract.ts';
import type { StageLook } from './due-looks.ts';
import { measureMetrics, type MetricsSources } from './metrics/measure-metrics.ts';
import { callersWordIn, requireDealtByWeight, type CallersWordIn } from './judging/callers-word-in.ts';
import { dryRuns } from './judging/dry-runs.ts';
import {
  countedBefore,
  incrementsOfRow,
  incrementsSince,
  rowOfIncrements,
  type Increments,
} from './judging/increments.ts';
import { judgeLooks } from './judging/judge-looks.ts';
import { judgedStateOf, stateAfter, type JudgedState } from './judging/judged-state.ts';
import { meansAsked, observeMeans } from './observe-means-of-plan.ts';
import type { Measurement } from './judging/look-verdict.ts';
import { withBounds } from './judging/with-bounds.ts';

/** With no flush of the step's own counters for this long, what is known of the traffic may be old. */
const staleMs = 5_000;

const gapsSchema = z.looseObject({ gaps: z.array(z.string()).default([]) });

/** A look as it was measured: what it adds to those before, and what all of them say together. */
export interface MeasuredLook {
  readonly increments: Increments;
  readonly measurement: Measurement & CallersWordIn;
  /** Where the tests are with it; absent for a look that was taken before. */
  readonly after?: JudgedState;
  /** Of the evidence of its stage, with it. */
  readonly evidenceDigest: string;
  /** Of the same number, where it was taken before: then it adds what that one did. */
  readonly taken?: StoredLook | undefined;
}

export interface LookParts {
  readonly db: Pool;
  /** Where metric stores are; without, a guardrail that asks one holds. */
  readonly sources: MetricsSources;
}

/** Counts what the look adds, or finds it where this look was taken before, and judges all there is, once. */
export async function measureLook(
  { db, sources }: LookParts,
  grounds: Pick<LookGrounds, 'release' | 'looks' | 'state'>,
  counting: Counting | undefined,
  args: LookArgs,
): Promise<MeasuredLook> {
  const { release } = grounds;
  const { app, environment, plan, id: releaseId } = release;
  const { splitVersion, stage } = args;
  const known = knownBefore(grounds, args);
  const { taken, looksBefore, state } = known;
  const counts = await readCounts(db, {
    ...{ app, environment, releaseId, present: splitVersion },
    splitVersions: [...new Set([...known.splitVersions, splitVersion])],
    means: meansAsked(plan, state?.means ?? {}, counting),
    histograms: false,
  });
  requireValid(counts, args);
  const { gaps } = counts;
  const lastingGaps = gaps.filter((gap) => gapsOf(known.newest).includes(gap));
  const lost = await lostIn(db, { app, environment, splitVersion, gaps: lastingGaps });
  const counted =
    taken === undefined
      ? await withMetrics(
          newIncrements(known, counts, { plan, counting, args }),
          measureMetrics({ plan, environment, sources }, known.newest && stageLook(known.newest), args),
        )
      : incrementsOfRow(taken.counts);
  const looks = [...looksBefore, { ...counted, stage }];
  const means =
    taken === undefined
      ? observeMeans(release, state?.means ?? {}, { splitVersion, counting, observed: counts.means, looks })
      : undefined;
  const increments = means === undefined ? counted : { ...counted, means: means.results };
  const all = [...looksBefore, { ...increments, stage }];
  const resumed = state === undefined ? undefined : { tests: state.tests, fresh: 1 };
  const { tests, ...judgement } = judgeLooks(all, release, args, resumed);
  const measurement = {
    judgement: withBounds(judgement, counting),
    exposures: exposuresOf(all, splitVersion),
    ...{ gaps, lastingGaps, lost },
    ...callersWordIn(counts, args, counting),
    stale: flushAgeOf(counts, splitVersion) > staleMs,
  };
  const after = stateAfter(state ?? foldRows(known.rows), {
    ...{ at: { stage, look: args.look }, splitVersion, increments: { ...increments, stage }, tests },
    ...{ counts: taken?.counts ?? rowOfIncrements(increments), means: means?.states ?? {} },
  });
  const { evidenceDigest } = after;
  return { increments, measurement, taken, evidenceDigest, ...(taken === undefined ? { after } : {}) };
}

/** What is known before a look is counted. */
interface KnownBefore {
  readonly taken: StoredLook | undefined;
  /** Absent where all rows have to be judged. */
  readonly state: JudgedState | undefined;
  /** Rows before it that were read. */
  readonly rows: readonly StoredLook[];
  readonly newest: StoredLook | undefined;
  readonly looksBefore: readonly StageLook[];
  readonly splitVersions: readonly number[];
}

function knownBefore(
  { looks, state: stored }: Pick<LookGrounds, 'looks' | 'state'>,
  args: Pick<LookArgs, 'stage' | 'look'>,
): KnownBefore {
  const taken = looks.find(({ stage, look }) => stage === args.stage && look === args.look);
  const rows = taken === undefined ? looks : looks.slice(0, looks.indexOf(taken));
  const newest = rows.at(-1);
  const state = taken === undefined ? judgedStateOf(stored) : undefined;
  if (state === undefined) {
    const splitVersions = rows.map(({ splitVersion }) => splitVersion);
    return { taken, state, rows, newest, looksBefore: rows.map(stageLook), splitVersions };
  }
  const looksBefore = [...state.looks.condensed, ...state.looks.recent];
  return { taken, state, rows, newest, looksBefore, splitVersions: state.splitVersions };
}

function newIncrements(
  { looksBefore }: KnownBefore,
  counts: CumulativeCounts,
  of: { readonly plan: Plan; readonly counting: Counting | undefined; readonly args: LookArgs },
): Increments {
  const { plan, counting, args } = of;
  return incrementsSince(looksBefore, counts.versions, {
    ...args,
    dryRuns: dryRuns(plan, { ...args, ...counts, counting }),
  });
}

/** What a state would say of stored rows, but for its tests. */
function foldRows(rows: readonly StoredLook[]): JudgedState | undefined {
  return rows.reduce<JudgedState | undefined>(
    (before, row) =>
      stateAfter(before, {
        ...{ at: { stage: row.stage, look: row.look }, splitVersion: row.splitVersion, counts: row.counts },
        ...{ increments: stageLook(row), tests: {}, means: {} },
      }),
    undefined,
  );
}

async function withMetrics(
  increments: Increments,
  measuring: ReturnType<typeof measureMetrics>,
): Promise<Increments> {
  const { counters, ...more } = await measuring;
  return { ...increments, ...more, counters: { ...increments.counters, ...counters } };
}

function stageLook({ stage, counts }: StoredLook): StageLook {
  return { stage, ...incrementsOfRow(counts) };
}

/** What fell into gaps; without one that lasts, nothing has to be asked. */
function lostIn(db: Pool, args: Parameters<typeof readLostRequests>[1]): Promise<LostRequests> {
  return args.gaps.length === 0 ? Promise.resolve({ lost: 0, admitted: 0 }) : readLostRequests(db, args);
}

/** The gaps that a look has recorded. */
function gapsOf(look: StoredLook | undefined): readonly string[] {
  return look === undefined ? [] : gapsSchema.parse(look.judgement).gaps;
}

/** Throws `broken_measurement` where no gateway is there to measure, or gateways do not split as the weight says. */
function requireValid({ gateways, versions }: CumulativeCounts, { splitVersion, weight }: LookArgs): void {
  if (!gateways.some(({ live }) => live)) {
    throw new SluiceError('broken_measurement', 'No gateway of the environment is alive.', {
      remedy: 'Start one, or see why its heartbeat does not reach the database.',
    });
  }
  const counted = versions.find((version) => version.splitVersion === splitVersion);
  if (counted !== undefined) requireDealtByWeight(counted, weight);
}

/** Age of the newest flush of a version's own counters, in milliseconds. */
function flushAgeOf({ versions }: CumulativeCounts, splitVersion: number): number {
  return versions.find((version) => version.splitVersion === splitVersion)?.newestFlushAgeMs ?? Infinity;
}

function exposuresOf(looks: readonly Increments[], splitVersion: number): LookResult['exposures'] {
  const { candidateExposed, stableExposed } = countedBefore(looks, errors.name, 'short', splitVersion);
  return { candidate: candidateExposed, stable: stableExposed };
}
