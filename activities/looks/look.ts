import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { noteWaiting } from '../../config-store/releases/progress/note-waiting.ts';
import { listEvidence } from '../../config-store/looks/list-evidence.ts';
import { readCommands } from '../../config-store/releases/commands/read-commands.ts';
import { readServedStep } from '../../config-store/looks/read-served-step.ts';
import { readLookDue } from '../../config-store/looks/read-look-due.ts';
import { readSplit } from '../../config-store/splits/read-split.ts';
import { renewLease } from '../../config-store/splits/renew-lease.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import { setProgress } from '../../config-store/releases/progress/set-progress.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { withdrawRelease } from '../../config-store/splits/withdraw-release.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import { describeError } from '../../domain/errors.ts';
import { shortened } from '../../evals/summary.ts';
import { beatWhile } from './beat-while.ts';
import type { BatchArgs, LookActivities, LookArgs, LookResult } from './contract.ts';
import { withFailures } from './failures.ts';
import { measureLook } from './measure-look.ts';
import { heldToRows, passesNothing } from './held-to-rows.ts';
import { lookVerdict, type Measurement } from './judging/look-verdict.ts';
import { moved, superseded, withdrawer } from './moved-split.ts';
import { takeLooks } from './take-looks.ts';
import { withdrawal } from '../split/operation-ids.ts';

const mostBytes = 300;

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

async function takeLook(db: Pool, asked: LookArgs): Promise<LookResult> {
  const release = await requireRelease(db, asked.releaseId);
  const split = await readSplit(db, release);
  const unreadCommands = (await readCommands(db, asked)).length > 0;
  if (split?.version !== asked.splitVersion) {
    const judgement = (await listEvidence(db, { releaseId: release.id })).at(-1)?.judgement;
    const now = await requireRelease(db, asked.releaseId);
    return moved({ release: now, version: split?.version, judgement, unreadCommands });
  }
  const served = await readServedStep(db, release.id);
  const { plan } = release;
  const args = heldToRows(asked, { served, weight: split.weight, plan });
  const judge = (measured: Measurement) => passesNothing(lookVerdict(measured, args), served, args);
  const { evidence, measurement, said } = await measureLook(db, release, {
    counting: split.counting,
    args,
    judge,
  });
  const { verdict, ...why } = said;
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
  { judgement, exposures, callers, callersWord }: Awaited<ReturnType<typeof measureLook>>['measurement'],
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
