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
  const newest = looks.findLast(({ increments }) => increments.means?.[name] !== undefined);
  const meansOf = (key: string) => shownMeans(judged, newest?.increments.means?.[key]);
  const turns =
    observed === undefined || judged.dryRun ? undefined : meanTurningPoint(judged, observed, actsAt);
  return {
    ...{ name, subject: subjectOf({ name, kind }), candidate: none, stable: none, evidence, actsAt },
    means: meansOf(name),
    ...{ odds: oddsText(evidence), actsAtOdds: oddsText(actsAt), allowed: allowedOf(rule, guardrail.shown) },
    ...(found.segment === undefined ? {} : { segment: segmentOf(found.segment, judged, meansOf) }),
    ...(note === undefined ? {} : { note }),
    ...(turns === undefined ? {} : { turningPoint: turns }),
  };
}

/** No events are counted of a mean. */
const none = { exposed: 0, bad: 0, rate: null };

function shownMeans(
  { guardrail }: JudgedMean,
  result: MeanResult | undefined,
): NonNullable<ExplainedGuardrail['means']> {
  const shown = (arm: MeanResult['candidate'] | undefined) => {
    const mean = arm?.mean ?? null;
    return { answers: arm?.count ?? 0, mean, shown: mean === null ? 'nothing' : guardrail.shown(mean) };
  };
  const corrected = result && correctedText(result);
  return {
    ...{ candidate: shown(result?.candidate), stable: shown(result?.stable) },
    ...(corrected === undefined ? {} : { corrected }),
  };
}

/** How the worst of its segments stood. */
function segmentOf(
  { name, evidence, actsAt }: NonNullable<StoredJudgement['guardrails'][number]['segment']>,
  { segments }: JudgedMean,
  meansOf: (key: string) => NonNullable<ExplainedGuardrail['means']>,
): NonNullable<ExplainedGuardrail['segment']> {
  const key = segments.find((each) => each.name === name)?.key ?? name;
  return {
    ...{ name, candidate: none, stable: none, means: meansOf(key), evidence, actsAt },
    ...{ odds: oddsText(evidence), actsAtOdds: oddsText(actsAt) },
  };
}

function allowedOf({ worse, margin }: JudgedMean['rule'], shown: JudgedMean['guardrail']['shown']): string {
  const by =
    margin.by === 'ratio' ? percent(margin.of) : margin.of < 0.01 ? String(margin.of) : shown(margin.of);
  return `a mean at most ${by} ${worse} than stable's`;
}
