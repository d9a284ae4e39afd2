import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { takeBackGuarded } from '../../config-store/guards/end-guard.ts';
import { noteGuardBlind } from '../../config-store/guards/guard-blindness.ts';
import { noteWaiting } from '../../config-store/releases/progress/note-waiting.ts';
import { readLookDue } from '../../config-store/looks/read-look-due.ts';
import { withdrawRelease } from '../../config-store/splits/withdraw-release.ts';
import { guardStage } from '../../domain/release/guard.ts';
import { describeError } from '../../domain/errors.ts';
import { shortened } from '../../evals/summary.ts';
import { beatWhile } from './beat-while.ts';
import type { BatchArgs, LookActivities, LookArgs, LookResult } from './contract.ts';
import type { MetricsSources } from './metrics/measure-metrics.ts';
import { withFailures } from './failures.ts';
import { takeLook } from './take-look.ts';
import { takeLooks } from './take-looks.ts';
import { releaseActor, withdrawal } from '../split/operation-ids.ts';

const mostBytes = 300;

/** Measures a step: what gateways have counted, judged by all evidence of the release so far. */
export function createLookActivities({
  db,
  sources = () => new Map(),
}: {
  readonly db: Pool;
  readonly sources?: MetricsSources | undefined;
}): LookActivities {
  const parts = { db, sources };
  return withFailures<LookActivities>({
    takeLook: (args) => takeLook(parts, args),
    takeLooks: (args) =>
      beatWhile((signal, beat) =>
        takeLooks(
          {
            ...{ signal, beat, nowMs: () => Math.round(performance.now()), wait: waitUnlessAborted },
            takeLook: (look) => sayingWhyNot(db, look, takeLook(parts, look)),
            readDue: () => readLookDue(db, args),
            withdraw: (reason) => withdraw(db, args, reason),
          },
          args,
        ),
      ),
  });
}

/** Why nothing valid was measured is in the row of the release, or of its guard, until something is. */
async function sayingWhyNot(
  db: Pool,
  { releaseId, stage }: LookArgs,
  taken: Promise<LookResult>,
): Promise<LookResult> {
  try {
    // It takes the note away.
    return await taken;
  } catch (error) {
    const why = shortened(`a valid measurement: ${describeError(error)}`, mostBytes);
    const noted =
      stage === guardStage
        ? noteGuardBlind(db, { releaseId, why })
        : noteWaiting(db, { releaseId, waitingFor: why });
    // The database that cannot be read cannot be written either: then its lease says enough.
    await noted.catch(() => undefined);
    throw error;
  }
}

/** Fenced by state, run and version: what somebody else has decided meanwhile stands (invariant 5). */
async function withdraw(db: Pool, args: BatchArgs, reason: string): Promise<void> {
  const { releaseId, firstRunId, splitVersion: expectedVersion } = args;
  if (args.stage === guardStage) {
    await takeBackGuarded(db, { releaseId, expectedVersion, reason, actor: releaseActor });
    return;
  }
  const operationId = withdrawal(releaseId);
  const by = { operationId, actor: releaseActor, ending: 'rolled_back' as const, reason };
  await withdrawRelease(db, { releaseId, firstRunId, expectedVersion, ...by });
}

async function waitUnlessAborted(ms: number, signal: AbortSignal): Promise<void> {
  await delay(ms, undefined, { signal }).catch(() => undefined);
}
