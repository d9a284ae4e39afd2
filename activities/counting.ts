import type { Db } from '../config-store/db.ts';
import { readAnswerTimes } from '../config-store/read-answer-times.ts';
import { requireRevision } from '../config-store/require-revision.ts';
import type { ReleaseRow } from '../config-store/types.ts';
import { durationMs } from '../domain/duration.ts';
import { guardrailCounting } from '../domain/guardrail/registry.ts';
import type { Counting } from '../domain/split.ts';

/** More say the same; older ones may say what is not true any more. */
const answersWanted = 500;

/** How gateways count while this release is on: the long horizon is when every request of both revisions has ended. */
export async function countingOf(db: Db, release: ReleaseRow): Promise<Counting> {
  const { app, environment, stable, plan } = release;
  const refs = [release.revision, ...(release.stable === undefined ? [] : [release.stable])];
  const revisions = await Promise.all(refs.map((ref) => requireRevision(db, { app, ref })));
  const stableAnswerBuckets = await readAnswerTimes(db, { app, environment, stable, atLeast: answersWanted });
  const longHorizonMs = Math.max(...revisions.map(({ content }) => durationMs(content.timeouts.total)));
  return {
    releaseId: release.id,
    shortHorizonMs: Math.min(durationMs(plan.settle), longHorizonMs),
    longHorizonMs,
    ...guardrailCounting(plan, { stableAnswerBuckets }),
  };
}
