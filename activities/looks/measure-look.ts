import type { Pool } from 'pg';
import { z } from 'zod';
import { readCountingGateways } from '../../config-store/gateways/read-counting-gateways.ts';
import type { EvidenceRow } from '../../config-store/looks/counted.ts';
import { insertEvidence } from '../../config-store/looks/insert-evidence.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { readCounts, type CumulativeCounts } from '../../config-store/looks/read-counts.ts';
import { readLostRequests, type LostRequests } from '../../config-store/looks/read-lost-requests.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { SluiceError } from '../../domain/errors.ts';
import { errors } from '../../domain/guardrail/errors.ts';
import type { Counting } from '../../domain/split/split.ts';
import { callersWordIn, requireDealtByWeight } from './judging/callers-word-in.ts';
import type { LookArgs, LookResult } from './contract.ts';
import { dryRuns as dryRunsOf } from './judging/dry-runs.ts';
import type { StageLook } from './due-looks.ts';
import {
  countedBefore,
  incrementsOfRow,
  incrementsSince,
  rowOfIncrements,
  type Increments,
} from './judging/increments.ts';
import { judgeLooks } from './judging/judge-looks.ts';
import type { lookVerdict, Measurement } from './judging/look-verdict.ts';
import { withBounds } from './judging/with-bounds.ts';

/** With no flush of the step's own counters for this long, what is known of the traffic may be old. */
const staleMs = 5_000;

/** Absent in looks of before. */
const verdictSchema = z.looseObject({ verdict: z.string().optional() });
const gapsSchema = z.looseObject({ gaps: z.array(z.string()).default([]) });

/** A look's verdict with what it rests on. */
type Verdict = ReturnType<typeof lookVerdict>;

/** Takes the look's evidence, or finds it where this look was taken before, and judges all there is. */
export async function measureLook(
  db: Pool,
  release: ReleaseRow,
  {
    counting,
    args,
    judge,
  }: { counting: Counting | undefined; args: LookArgs; judge: (measured: Measurement) => Verdict },
) {
  const { app, environment, plan } = release;
  const rows = await listEvidence(db, { releaseId: release.id });
  const taken = rows.find(({ stage, look }) => stage === args.stage && look === args.look);
  const before = taken === undefined ? rows : rows.slice(0, rows.indexOf(taken));
  const looksBefore = before.map(stageLook);
  const splitVersions = [...new Set([...before.map(({ splitVersion }) => splitVersion), args.splitVersion])];
  const counts = await readCounts(db, { app, environment, splitVersions, releaseId: release.id });
  const gateways = await readCountingGateways(db, { app, environment, splitVersions: [args.splitVersion] });
  const gaps = gateways.filter(({ gap }) => gap).map(({ id, bootId }) => `${id}/${bootId}`);
  requireValid(counts, args);
  const lastingGaps = gaps.filter((gap) => gapsOf(before.at(-1)).includes(gap));
  const lost = await lostIn(db, { app, environment, splitVersion: args.splitVersion, gaps: lastingGaps });
  const dryRuns = dryRunsOf(plan, { ...args, ...counts, counting });
  const measured = (increments: Increments) => ({
    judgement: withBounds(
      judgeLooks([...looksBefore, { ...increments, stage: args.stage }], release, args),
      counting,
    ),
    exposures: exposuresOf([...looksBefore, increments], args.splitVersion),
    gaps,
    lastingGaps,
    lost,
    ...callersWordIn(counts, args, counting),
    stale: flushAgeOf(counts, args.splitVersion) > staleMs,
  });
  const row =
    taken ??
    (await store(
      db,
      args,
      incrementsSince(looksBefore, counts.versions, { ...args, dryRuns }),
      measured,
      judge,
    ));
  const measurement = measured(incrementsOfRow(row.counts));
  return { evidence: [...before, row], measurement, said: asStored(judge(measurement), row) };
}

/** What was stored to be no pass is none, though it is judged again by what is known since: the next look is there for that. */
function asStored(said: Verdict, { judgement }: EvidenceRow): Verdict {
  const { verdict: stored } = verdictSchema.parse(judgement);
  if (said.verdict !== 'pass' || stored === undefined || stored === 'pass') return said;
  return { ...said, verdict: 'wait', reason: 'this look was taken before, and had not passed' };
}

function stageLook({ stage, counts }: EvidenceRow): StageLook {
  return { stage, ...incrementsOfRow(counts) };
}

/** What fell into gaps; without any, nothing has to be asked. */
function lostIn(db: Pool, args: Parameters<typeof readLostRequests>[1]): Promise<LostRequests> {
  return args.gaps.length === 0 ? Promise.resolve({ lost: 0, admitted: 0 }) : readLostRequests(db, args);
}

/** The gaps that a look has recorded. */
function gapsOf(look: EvidenceRow | undefined): readonly string[] {
  return look === undefined ? [] : gapsSchema.parse(look.judgement).gaps;
}

/** Its verdict is stored with it: what a release goes on by stands in its rows (docs/decisions/0044). */
function store(
  db: Pool,
  { releaseId, stage, look, splitVersion }: LookArgs,
  increments: Increments,
  measured: (increments: Increments) => Measurement,
  judge: (measured: Measurement) => Verdict,
): Promise<EvidenceRow> {
  const measurement = measured(increments);
  const { judgement, gaps, lost } = measurement;
  const { verdict, lacking } = judge(measurement);
  return insertEvidence(db, {
    releaseId,
    stage,
    look,
    splitVersion,
    counts: rowOfIncrements(increments),
    judgement: {
      version: 2,
      ...judgement,
      verdict,
      ...(lacking === undefined ? {} : { lacking }),
      guardrails: judgement.guardrails.map((guardrail) => ({ ...guardrail })),
      gaps: [...gaps],
      lost: { ...lost },
    },
  });
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
