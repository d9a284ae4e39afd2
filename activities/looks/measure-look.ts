import type { Pool } from 'pg';
import { z } from 'zod';
import { readCounts, type CumulativeCounts } from '../../config-store/looks/read-counts.ts';
import type { LookGrounds, StoredLook } from '../../config-store/looks/read-look.ts';
import { readLostRequests, type LostRequests } from '../../config-store/looks/read-lost-requests.ts';
import { SluiceError } from '../../domain/errors.ts';
import { errors } from '../../domain/guardrail/errors.ts';
import type { Counting } from '../../domain/split/split.ts';
import type { LookArgs, LookResult } from './contract.ts';
import type { StageLook } from './due-looks.ts';
import { callersWordIn, requireDealtByWeight, type CallersWordIn } from './judging/callers-word-in.ts';
import { dryRuns } from './judging/dry-runs.ts';
import { countedBefore, incrementsOfRow, incrementsSince, type Increments } from './judging/increments.ts';
import { judgeLooks } from './judging/judge-looks.ts';
import { meanStatesOf, type MeanStates } from './judging/mean-states.ts';
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
  /** Where the tests of means are with it; absent where the plan has none, and for a look that was taken before. */
  readonly states?: MeanStates | undefined;
  /** The looks before it. */
  readonly before: readonly StoredLook[];
  /** Of the same number, where it was taken before: then it adds what that one did. */
  readonly taken?: StoredLook | undefined;
}

/** Counts what the look adds, or finds it where this look was taken before, and judges all there is, once. */
export async function measureLook(
  db: Pool,
  { release, looks, state }: Pick<LookGrounds, 'release' | 'looks' | 'state'>,
  counting: Counting | undefined,
  args: LookArgs,
): Promise<MeasuredLook> {
  const { app, environment, plan, id: releaseId } = release;
  const { splitVersion } = args;
  const taken = looks.find(({ stage, look }) => stage === args.stage && look === args.look);
  const before = taken === undefined ? looks : looks.slice(0, looks.indexOf(taken));
  const looksBefore = before.map(stageLook);
  const splitVersions = [...new Set([...before.map((look) => look.splitVersion), splitVersion])];
  const states = meanStatesOf(state);
  const asked = meansAsked(plan, states, counting);
  const counts = await readCounts(db, {
    ...{ app, environment, splitVersions, releaseId, present: splitVersion, means: asked },
  });
  requireValid(counts, args);
  const { gaps } = counts;
  const lastingGaps = gaps.filter((gap) => gapsOf(before.at(-1)).includes(gap));
  const lost = await lostIn(db, { app, environment, splitVersion, gaps: lastingGaps });
  const counted =
    taken === undefined
      ? incrementsSince(looksBefore, counts.versions, {
          ...args,
          dryRuns: dryRuns(plan, { ...args, ...counts, counting }),
        })
      : incrementsOfRow(taken.counts);
  const means =
    taken === undefined
      ? observeMeans(release, states, {
          ...args,
          counting,
          observed: counts.means,
          looks: [...looksBefore, { ...counted, stage: args.stage }],
        })
      : undefined;
  const increments = means === undefined ? counted : { ...counted, means: means.results };
  const all = [...looksBefore, { ...increments, stage: args.stage }];
  const measurement = {
    judgement: withBounds(judgeLooks(all, release, args), counting),
    exposures: exposuresOf(all, splitVersion),
    ...{ gaps, lastingGaps, lost },
    ...callersWordIn(counts, args, counting),
    stale: flushAgeOf(counts, splitVersion) > staleMs,
  };
  return { increments, measurement, before, taken, states: means?.states };
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
