import type { ExplainedGuardrail } from '../../../domain/explanation/explanation.ts';
import { actsAlone, oddsText } from '../../../domain/guardrail/odds.ts';
import { subjectOf, type JudgedMean } from '../../../domain/guardrail/registry.ts';
import { correctedText } from '../judging/judge-means.ts';
import type { MeanResult } from '../judging/mean-states.ts';
import { meanTurningPoint } from './mean-turning-point.ts';
import type { MeansOfRelease } from './means-again.ts';
import type { ExplainedLook, StoredJudgement } from './stored-looks.ts';
import { percent } from './turning-point.ts';

/** A guardrail that judges a number of each answer, as the newest look found it. */
export function explainedMean(
  { name, kind, evidence, threshold, note, ...found }: StoredJudgement['guardrails'][number],
  judged: JudgedMean,
  looks: readonly ExplainedLook[],
  observed: MeansOfRelease | undefined,
): ExplainedGuardrail {
  const { share, guardrail, rule } = judged;
  const actsAt = found.actsAt ?? actsAlone(threshold, share);
  const result = looks.findLast(({ increments }) => increments.means?.[name] !== undefined);
  const newest = result?.increments.means?.[name];
  const { candidate, stable } = newest ?? {};
  const corrected = newest && correctedText(newest);
  const shown = (arm: MeanResult['candidate'] | undefined) => ({
    answers: arm?.count ?? 0,
    mean: arm?.mean ?? null,
    shown: arm?.mean == null ? 'nothing' : guardrail.shown(arm.mean),
  });
  const turns =
    observed === undefined || judged.dryRun ? undefined : meanTurningPoint(judged, observed, actsAt);
  const none = { exposed: 0, bad: 0, rate: null };
  return {
    ...{ name, subject: subjectOf({ name, kind }), candidate: none, stable: none, evidence, actsAt },
    means: {
      ...{ candidate: shown(candidate), stable: shown(stable) },
      ...(corrected === undefined ? {} : { corrected }),
    },
    ...{ odds: oddsText(evidence), actsAtOdds: oddsText(actsAt), allowed: allowedOf(rule, guardrail.shown) },
    ...(note === undefined ? {} : { note }),
    ...(turns === undefined ? {} : { turningPoint: turns }),
  };
}

function allowedOf({ worse, margin }: JudgedMean['rule'], shown: JudgedMean['guardrail']['shown']): string {
  const by =
    margin.by === 'ratio' ? percent(margin.of) : margin.of < 0.01 ? String(margin.of) : shown(margin.of);
  return `a mean at most ${by} ${worse} than stable's`;
}
