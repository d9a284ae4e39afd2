import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { z } from 'zod';
import { insertEvidence } from '../../config-store/looks/insert-evidence.ts';
import { noteWaiting } from '../../config-store/releases/note-waiting.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { readCommands } from '../../config-store/releases/read-commands.ts';
import { readCountingGateways } from '../../config-store/gateways/read-counting-gateways.ts';
import { readCounts, type CumulativeCounts } from '../../config-store/looks/read-counts.ts';
import { readLookDue } from '../../config-store/looks/read-look-due.ts';
import { readLostRequests, type LostRequests } from '../../config-store/looks/read-lost-requests.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { renewLease } from '../../config-store/splits/renew-lease.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { setProgress } from '../../config-store/releases/set-progress.ts';
import type { EvidenceRow } from '../../config-store/looks/counted.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { withdrawRelease } from '../../config-store/splits/withdraw-release.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { describeError, SluiceError } from '../../domain/errors.ts';
import { errors } from '../../domain/guardrail/errors.ts';
import type { Counting } from '../../domain/split/split.ts';
import { shortened } from '../../evals/summary.ts';
import { beatWhile } from './beat-while.ts';
import type { BatchArgs, LookActivities, LookArgs, LookResult } from './contract.ts';
import { withFailures } from './failures.ts';
import { callersWordIn, requireDealtByWeight } from './callers-word-in.ts';
import { dryRuns as dryRunsOf } from './dry-runs.ts';
import {
  countedBefore,
  incrementsOfRow,
  incrementsSince,
  rowOfIncrements,
  type Increments,
} from './increments.ts';
import type { StageLook } from './due-looks.ts';
import { judgeLooks, type LookJudgement } from './judge-looks.ts';
import { lookVerdict } from './look-verdict.ts';
import { moved, superseded, withdrawer } from './moved-split.ts';
import { takeLooks } from './take-looks.ts';
import { withBounds } from './with-bounds.ts';
import { withdrawal } from '../split/operation-ids.ts';

/** With no flush of the step's own counters for this long, what is known of the traffic may be old. */
const staleMs = 5_000;

const mostBytes = 300;

const gapsSchema = z.looseObject({ gaps: z.array(z.string()).default([]) });

/** Measures a step: what gateways have counted, judged by all evidence of the release so far. */
export function createLookActivities({ db }: { db: Pool }): LookActivities {
  return withFailures<LookActivities>({
    takeLook: (args) => takeLook(db, args),
    takeLooks: (args) =>
      beatWhile((signal, beat) =>
        takeLooks(
          {
            ...{ signal, beat, nowMs: () => Math.round(performance.now()), wait: waitUnlessAborted },
            takeLook: (look) => sayingWhyNot(db, look, takeLook(db, look)),
            readDue: () => readLookDue(db, args),
            withdraw: (reason) => withdraw(db, args, reason),
          },
          args,
        ),
      ),
  });
}

/** Why nothing valid was measured is in the release's row until something is. */
async function sayingWhyNot(
  db: Pool,
  { releaseId }: LookArgs,
  taken: Promise<LookResult>,
): Promise<LookResult> {
  try {
    return await taken;
  } catch (error) {
    const waitingFor = shortened(`a valid measurement: ${describeError(error)}`, mostBytes);
    // The database that cannot be read cannot be written either: then its lease says enough.
    await noteWaiting(db, { releaseId, waitingFor }).catch(() => undefined);
    throw error;
  }
}

/** Fenced by state, run and version: what somebody else has decided meanwhile stands (invariant 5). */
async function withdraw(db: Pool, args: BatchArgs, reason: string): Promise<void> {
  const { releaseId, firstRunId, splitVersion: expectedVersion } = args;
  const operationId = withdrawal(releaseId);
  const by = { operationId, actor: withdrawer, ending: 'rolled_back' as const, reason };
  await withdrawRelease(db, { releaseId, firstRunId, expectedVersion, ...by });
}

async function waitUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}

async function takeLook(db: Pool, args: LookArgs): Promise<LookResult> {
  const release = await requireRelease(db, args.releaseId);
  const split = await readSplit(db, release);
  const unreadCommands = (await readCommands(db, args)).length > 0;
  if (split?.version !== args.splitVersion) {
    const judgement = (await listEvidence(db, { releaseId: release.id })).at(-1)?.judgement;
    const now = await requireRelease(db, args.releaseId);
    return moved({ release: now, version: split?.version, judgement, unreadCommands });
  }
  const { evidence, measurement } = await measure(db, release, split.counting, args);
  const { verdict, ...why } = lookVerdict(measurement, args);
  await note(db, args, measurement);
  if (verdict !== 'fail' && !(await renew(db, release, args))) {
    const { state } = await requireRelease(db, args.releaseId);
    return superseded(`the release is ${state}`, unreadCommands);
  }
  return {
    verdict,
    ...why,
    exposures: measurement.exposures,
    unreadCommands,
    guardrails: measurement.judgement.guardrails,
    evidenceDigest: digestOf(
      evidence.filter(({ stage }) => stage === args.stage).map(({ counts }) => counts),
    ),
  };
}

/** Takes the look's evidence, or finds it where this look was taken before, and judges all there is. */
async function measure(db: Pool, release: ReleaseRow, counting: Counting | undefined, args: LookArgs) {
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
  const judge = (increments: Increments) =>
    withBounds(judgeLooks([...looksBefore, { ...increments, stage: args.stage }], release, args), counting);
  const row =
    taken ??
    (await store(db, args, incrementsSince(looksBefore, counts.versions, { ...args, dryRuns }), judge, {
      gaps,
      lost,
    }));
  const increments = incrementsOfRow(row.counts);
  return {
    evidence: [...before, row],
    measurement: {
      judgement: judge(increments),
      exposures: exposuresOf([...looksBefore, increments], args.splitVersion),
      gaps,
      lastingGaps,
      lost,
      ...callersWordIn(counts, args, counting),
      stale: flushAgeOf(counts, args.splitVersion) > staleMs,
    },
  };
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

function store(
  db: Pool,
  { releaseId, stage, look, splitVersion }: LookArgs,
  increments: Increments,
  judge: (increments: Increments) => LookJudgement,
  silence: { gaps: string[]; lost: LostRequests },
): Promise<EvidenceRow> {
  const judgement = judge(increments);
  return insertEvidence(db, {
    releaseId,
    stage,
    look,
    splitVersion,
    counts: rowOfIncrements(increments),
    judgement: {
      version: 2,
      ...judgement,
      guardrails: judgement.guardrails.map((guardrail) => ({ ...guardrail })),
      gaps: silence.gaps,
      lost: { ...silence.lost },
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

async function renew(
  db: Pool,
  { app, environment, id }: ReleaseRow,
  { leaseMs }: LookArgs,
): Promise<boolean> {
  const { renewed } = await renewLease(db, { app, environment, releaseId: id, ttlMs: leaseMs });
  return renewed;
}

/** What status and the event stream show. */
async function note(
  db: Pool,
  { releaseId, stage, look, weight, heldMs, holdMs }: LookArgs,
  { judgement, exposures, callers, callersWord }: Awaited<ReturnType<typeof measure>>['measurement'],
): Promise<void> {
  const guardrails = judgement.guardrails.map((guardrail) => ({ ...guardrail }));
  const hold = { elapsedMs: heldMs, totalMs: holdMs };
  const progress = {
    weight,
    look,
    hold,
    exposures,
    guardrails,
    ...(callers === undefined ? {} : { callers }),
    ...(callersWord === undefined ? {} : { callersWord }),
  };
  await setProgress(db, { releaseId, stage, progress });
}
