import { judgeLooks } from '../../activities/looks/judging/judge-looks.ts';
import { rowOfIncrements, type Increments } from '../../activities/looks/judging/increments.ts';
import { storeLook } from '../../config-store/looks/store-look.ts';
import { requireRelease } from '../../config-store/releases/require-release.ts';
import type { Db } from '../../config-store/postgres/db.ts';
import type { JsonObject } from '../../domain/json.ts';

/** What each arm answered since the look before, and how much of it was bad. */
export interface LookedAt {
  readonly exposed: number;
  readonly candidateBad: number;
  readonly stableBad: number;
}

/** Stores looks of a canary step as a worker would, judged by what they counted. */
export async function storeChecks(
  db: Db,
  {
    releaseId,
    stage,
    splitVersion,
    weight,
  }: {
    readonly releaseId: string;
    readonly stage: string;
    readonly splitVersion: number;
    readonly weight: number;
  },
  looks: readonly LookedAt[],
): Promise<void> {
  const release = await requireRelease(db, releaseId);
  const seen: Increments[] = looks.map(({ exposed, candidateBad, stableBad }) => {
    const counts = {
      splitVersion,
      candidateExposed: exposed,
      candidateBad,
      stableExposed: exposed,
      stableBad,
    };
    const row = { ...counts, elapsedMs: 15_000 };
    return { elapsedMs: 15_000, dryRuns: {}, counters: { errors: { short: [row], long: [row] } } };
  });
  for (const [look, each] of seen.entries()) {
    const until = seen.slice(0, look + 1).map((one) => ({ ...one, stage }));
    const { tests: _tests, ...judgement } = judgeLooks(until, release, {
      ...{ splitVersion, weight, stage, minExposures: 50 },
    });
    const exposures = { candidate: (look + 1) * (looks[look]?.exposed ?? 0), stable: 0 };
    await storeLook(db, {
      ...{ releaseId, stage, look, splitVersion, counts: asJson(rowOfIncrements(each)) },
      judgement: { ...asJson(judgement), verdict: judgement.fail ? 'fail' : 'wait' },
      progress: {
        ...{ weight, look, hold: { elapsedMs: (look + 1) * 15_000, totalMs: 600_000 }, exposures },
        guardrails: asJson({ all: judgement.guardrails })['all'] ?? [],
      },
    });
  }
}

function asJson(value: unknown): JsonObject {
  return JSON.parse(JSON.stringify(value)) as JsonObject;
}
