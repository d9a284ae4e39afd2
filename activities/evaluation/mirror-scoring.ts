import type { Pool } from 'pg';
import { z } from 'zod';
import type { ReleaseRow } from '../../config-store/releases/release-row.ts';
import { judgesOf } from '../../domain/evaluation/judges-of.ts';
import { publishedSuiteSchema } from '../../domain/evaluation/suite.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import type { Judging } from '../../evals/judges/judging.ts';
import { prepareLiveScorer, type LiveScorer } from '../../evals/live/live-scorer.ts';
import type { MirrorPlan } from '../../evals/mirror/mirror-work.ts';
import type { Patience } from '../../evals/patience/patient-caller.ts';
import { openaiReason } from '../../evals/targets/openai-reason.ts';
import type { PinnedAnswered } from '../../evals/targets/pinned-answer.ts';
import type { PinnedClientOptions } from '../../evals/targets/pinned-client.ts';
import type { Sample } from '../../protocols/samples/sample.ts';
import type { SharedSandboxes } from '../../sandbox/shared-sandboxes.ts';
import { judgesAdmitted, judgingOf, leastSight, plannedJudging } from './judges.ts';

export interface MirrorScoringParts {
  readonly db: Pool;
  /** Of the environment whose judges are asked. */
  readonly binding: Binding;
  /** A gateway of it. */
  readonly gateway: PinnedClientOptions;
  readonly patience: Patience;
  readonly sandboxes: SharedSandboxes;
}

/** 0..1; null where nobody can say it, undefined where there is nothing to say it of. */
export type ScoreAnswer = (sample: Sample, answer: PinnedAnswered) => Promise<number | null | undefined>;

/**
 * Does what the release's suites say under `live` decide its mirror, and by which judges? They are pinned when it begins:
 * both arms are judged by the same. Where only judges that are not admitted would be asked, nobody is.
 */
export async function plannedScores(
  parts: MirrorScoringParts,
  release: ReleaseRow,
): Promise<Pick<MirrorPlan, 'scores' | 'judges' | 'sight'>> {
  const admitted = await judgesAdmitted(parts.db, parts.binding);
  const judging = judgingOf(parts, ({ digest }) => admitted.has(digest));
  const scorer = await withScorerOf(parts, release, judging, ({ decides, judges }) =>
    Promise.resolve({ decides, judges }),
  );
  if (!scorer.decides) return {};
  const pinned = [...judgesOf(parts.binding)].filter(([, { digest }]) => admitted.has(digest));
  const sight = leastSight(scorer.judges, admitted);
  return {
    scores: 'decide',
    judges: Object.fromEntries(pinned.map(([name, { digest }]) => [name, digest])),
    ...(sight === undefined ? {} : { sight }),
  };
}

/** Does work with what scores answers as it was planned; undefined where nothing does. */
export async function withScores<T>(
  parts: MirrorScoringParts,
  release: ReleaseRow,
  plan: MirrorPlan,
  work: (score: ScoreAnswer | undefined) => Promise<T>,
): Promise<T> {
  if (plan.scores === undefined) return work(undefined);
  return withScorerOf(parts, release, plannedJudging(parts, plan), (scorer) => work(scoreBy(scorer)));
}

function withScorerOf<T>(
  { sandboxes }: MirrorScoringParts,
  { id, suites }: ReleaseRow,
  judging: Judging,
  work: (scorer: LiveScorer) => Promise<T>,
): Promise<T> {
  const published = z.array(publishedSuiteSchema).parse(suites);
  return sandboxes.use(id, (sandbox) => work(prepareLiveScorer(published, { sandbox, judging })));
}

/** An answer that says nothing is bad by itself, and has no quality. */
function scoreBy(scorer: LiveScorer): ScoreAnswer {
  return async (sample, { output, finishReason }) => {
    if (output.trim() === '') return undefined;
    const ending = finishReason === undefined ? {} : { finishReason: openaiReason(finishReason, output) };
    return (await scorer.score({ sample, output, ...ending })) ?? null;
  };
}
