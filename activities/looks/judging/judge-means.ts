import { correctedDifference } from '../../../analysis/judges/sight.ts';
import { actsAlone } from '../../../domain/guardrail/odds.ts';
import { judgedMeans, toldAs, type JudgedMean } from '../../../domain/guardrail/registry.ts';
import type { Plan } from '../../../domain/release/plan.ts';
import type { FailedGuardrail, GuardrailStatus } from '../contract.ts';
import type { Increments } from './increments.ts';
import type { MeanResult } from './mean-states.ts';
import { judgeMeanSegments, valuesOf, worseSentence } from './mean-segments.ts';

/** What the guardrails of means say at a look. */
export interface MeansJudgement {
  /** The first that is worse than the plan allows. */
  readonly worse?: FailedGuardrail;
  /** Each is shown to be no worse, but for dry runs. */
  readonly confident: boolean;
  /** With `goal: cheaper`: what the candidate saves, with a 95 % interval. */
  readonly saves?: string;
  /** Why nothing can be said of some: a sentence each. */
  readonly unknown: string[];
  readonly guardrails: GuardrailStatus[];
  /** The part of alpha that they are judged with. */
  readonly share: number;
}

/**
 * Judges the means by what the newest look's row says of them. Each fails by itself, at its own share of alpha: their
 * observations come in another order than bad events settle, so that no sum of both is known to be an e-process, and the
 * union bound loses nothing against one (docs/decisions/0063).
 */
export function judgeMeans(
  look: Pick<Increments, 'means'> | undefined,
  plan: Pick<Plan, 'guardrails' | 'alpha' | 'confidence' | 'goal'>,
  { weight }: { readonly weight: number },
): MeansJudgement {
  const logThreshold = Math.log(1 / plan.alpha);
  const judged = judgedMeans(plan).map((each) => ({
    ...judgeMean(each, look?.means, logThreshold),
    isSaved: each.guardrail.isSaved === true,
  }));
  return {
    share: judgedMeans(plan).reduce((sum, { share }) => sum + share, 0),
    guardrails: judged.map(({ status }) => status),
    unknown: weight < 100 ? judged.flatMap(({ unknown }) => unknown ?? []) : [],
    confident: judged.every(({ isShown, isSaved }) => isShown || (isSaved && !plan.confidence)),
    ...savesOf(look, plan),
    ...firstOf(judged.flatMap(({ worse }) => worse ?? [])),
  };
}

function savesOf(
  look: Pick<Increments, 'means'> | undefined,
  plan: Pick<Plan, 'guardrails' | 'goal'>,
): Pick<MeansJudgement, 'saves'> {
  if (plan.goal !== 'cheaper') return {};
  const sentences = judgedMeans(plan).flatMap(({ name, guardrail: { isSaved, words } }) => {
    const text = isSaved === true ? savedText(look?.means?.[name]) : undefined;
    return text === undefined ? [] : [`${words.subject}: ${text}`];
  });
  return sentences.length === 0 ? {} : { saves: sentences.join('; ') };
}

/** `32 % less than stable (28 to 36 %)`: the ratio of the means, by the standard error of its logarithm. */
function savedText(result: MeanResult | undefined): string | undefined {
  const [of, than] = [result?.candidate, result?.stable];
  if (!of?.mean || !than?.mean || of.standardError === null || than.standardError === null) return undefined;
  const ratio = of.mean / than.mean;
  const error = z95 * Math.hypot(of.standardError / of.mean, than.standardError / than.mean);
  const [least, most] = [ratio * Math.exp(error), ratio * Math.exp(-error)].map((each) => percent(1 - each));
  return `${percent(1 - ratio)} less than stable (${least} to ${most})`;
}

/** Of both sides together 95 %. */
const z95 = 1.96;

function percent(share: number): string {
  return `${(100 * share).toFixed(0)} %`;
}

function firstOf([worse]: readonly FailedGuardrail[]): Pick<MeansJudgement, 'worse'> {
  return worse === undefined ? {} : { worse };
}

interface JudgedOne {
  readonly status: GuardrailStatus;
  readonly isShown: boolean;
  readonly unknown?: string;
  readonly worse?: FailedGuardrail;
}

function judgeMean(judged: JudgedMean, means: Increments['means'], threshold: number): JudgedOne {
  const { name, guardrail, share, dryRun, segments } = judged;
  const result = means?.[name];
  const told = toldAs(judged);
  const actsAt = actsAlone(threshold, segments.length === 0 ? share : share / 2);
  const { evidence = 0, noWorse = 0 } = result ?? {};
  const values = valuesOf(guardrail.shown, result);
  const parts = judgeMeanSegments(judged, means, threshold);
  const note = dryRun
    ? 'dry run: by the plan it decides nothing'
    : (result?.broken ?? result?.dryRun ?? parts.note);
  const base = { ...told, ...(dryRun ? { dryRun } : {}), evidence, threshold, actsAt };
  const status: GuardrailStatus = {
    ...{ ...base, candidateRate: null, stableRate: null },
    ...(values === undefined ? {} : { values }),
    ...(parts.worst === undefined ? {} : { segment: parts.worst }),
    ...(note === undefined ? {} : { note }),
  };
  if (dryRun) return { status, isShown: true };
  const subject = guardrail.words.subject;
  if (result === undefined)
    return { status, isShown: false, unknown: `${subject}: not observed by the gateways` };
  if (result.broken !== undefined) return { status, isShown: false, unknown: `${subject}: ${result.broken}` };
  if (result.dryRun !== undefined) return { status, isShown: true };
  if (!result.observed)
    return { status, isShown: false, unknown: `${subject}: no answers of both arms observed yet` };
  const worse = { evidence, actsAt, corrected: correctedText(result) };
  const sentence = evidence >= actsAt ? worseSentence('', values, worse) : parts.worseSentence;
  return {
    ...{ status, isShown: noWorse >= threshold },
    ...(sentence === undefined ? {} : { worse: { ...told, sentence } }),
  };
}

/**
 * `corrected -0.11, -0.15 to -0.08`: the difference of the means behind what imperfect judges have seen, with its 95 %
 * interval; undefined where nobody judges.
 */
export function correctedText(result: MeanResult): string | undefined {
  const { candidate, stable, sight } = result;
  if (sight === undefined || candidate.mean === null || stable.mean === null) return undefined;
  const estimate = candidate.mean - stable.mean;
  const half = z95 * Math.hypot(candidate.standardError ?? 1, stable.standardError ?? 1);
  const seen = { estimate, lower: estimate - half, upper: estimate + half };
  const found = correctedDifference(seen, sight);
  const [at, lower, upper] = [found.estimate, found.lower, found.upper].map((each) => each.toFixed(2));
  return `corrected ${at}, ${lower} to ${upper}`;
}
