import type { Db } from '../../config-store/postgres/db.ts';
import { readAnswerFacts } from '../../config-store/looks/read-answer-facts.ts';
import { readAnswerTimes } from '../../config-store/looks/read-answer-times.ts';
import { readApp } from '../../config-store/apps/read-app.ts';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { durationMs } from '../../domain/duration.ts';
import { judgedReports } from '../../domain/guardrail/callers-word.ts';
import type { Baseline } from '../../domain/guardrail/guardrail.ts';
import { guardrailCounting, judgedMeans, latestBadMs } from '../../domain/guardrail/registry.ts';
import { quantities } from '../../domain/guardrail/means/value-buckets.ts';
import { toldAudience } from '../../domain/release/audience.ts';
import type { Plan } from '../../domain/release/plan.ts';
import type { RevisionContent } from '../../domain/revision/revision.ts';
import type { Counting } from '../../domain/split/split.ts';
import { requireContents } from './required-rows.ts';

/** More say the same; older ones may say what is not true any more. */
export const answersWanted = 500;

/** How gateways count while this release is on. */
export async function countingOf(db: Db, release: ReleaseRow): Promise<Counting> {
  const { app, environment, stable, plan } = release;
  const digests = [release.revision, ...(release.stable === undefined ? [] : [release.stable])];
  const contents = [...(await requireContents(db, app, digests)).values()];
  const recorded = { app, environment, stable, atLeast: answersWanted };
  const stableAnswerBuckets = await readAnswerTimes(db, recorded);
  const stableFacts = await readAnswerFacts(db, recorded);
  const stableValueBuckets = await valuesBefore(db, release);
  const reports = (await readApp(db, app))?.reports;
  return {
    releaseId: release.id,
    ...horizonsOf(plan, contents),
    ...guardrailCounting(plan, { stableAnswerBuckets, stableValueBuckets, stableFacts }),
    ...(judgedMeans(plan).length === 0 ? {} : { endedMs: endedMs(contents) + flushedMs }),
    ...(plan.audience === undefined ? {} : { audience: { ...toldAudience(plan.audience) } }),
    ...(reports === 'judged' ? judgedReports : {}),
  };
}

/** What answers of stable took, as far as a guardrail of the plan is about it. */
async function valuesBefore(
  db: Db,
  { app, environment, stable, plan }: ReleaseRow,
): Promise<NonNullable<Baseline['stableValueBuckets']>> {
  const kinds = new Set(judgedMeans(plan).map(({ guardrail }) => guardrail.name));
  const read = quantities
    .filter((quantity) => kinds.has(quantity))
    .map(async (quantity) => {
      const request = { app, environment, stable, atLeast: answersWanted, quantity };
      return [quantity, await readAnswerTimes(db, request)] as const;
    });
  return Object.fromEntries(await Promise.all(read));
}

/** When all answers of either revision have ended that began at one time. */
function endedMs(revisions: readonly Pick<RevisionContent, 'timeouts'>[]): number {
  return Math.max(...revisions.map(({ timeouts }) => durationMs(timeouts.total)));
}
/** Gateways write twice a second; what comes later than this is judged no more. */
const flushedMs = 2_000;

/** A plan as it is stored: one of before knew no long horizon of its own. */
type StoredPlan = Pick<Plan, 'settle' | 'guardrails'> & { readonly settleLong?: string | undefined };

/**
 * When requests are settled: never later than all of both revisions have ended, and never sooner than a guardrail's own
 * bound passes, which nobody would see. Releases of a plan without a long horizon keep that of before, the end of all.
 */
export function horizonsOf(
  plan: StoredPlan,
  revisions: readonly Pick<RevisionContent, 'timeouts' | 'chain'>[],
): Pick<Counting, 'shortHorizonMs' | 'longHorizonMs'> {
  const { settleLong } = plan;
  const totals = revisions.flatMap(({ timeouts, chain }) => [
    timeouts.total,
    ...(settleLong === undefined ? [] : chain.flatMap((target) => target.timeouts?.total ?? [])),
  ]);
  const endedMs = Math.max(...totals.map(durationMs));
  const wantedMs = settleLong === undefined ? Infinity : Math.max(durationMs(settleLong), latestBadMs(plan));
  const longHorizonMs = Math.min(endedMs, wantedMs);
  return { shortHorizonMs: Math.min(durationMs(plan.settle), longHorizonMs), longHorizonMs };
}
