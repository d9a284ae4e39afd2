import type { EvaluateSettings } from '../../domain/release/plan.ts';
import { promptsNotAsked } from '../../domain/policy/judged-prompts.ts';
import { targetName, type Target } from '../../domain/revision/revision.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { LabelledCounts } from '../../analysis/judges/calibration.ts';
import { sightOf } from '../../analysis/judges/sight.ts';
import type { Judging } from '../judges/judging.ts';
import type { EvalCase } from './eval-case.ts';
import { knowsPrompt, requirePrompts, type Prompts } from './judged-prompts.ts';
import type { EvalPlan } from './work.ts';

/**
 * The plan of an evaluation: which cases, on which revisions, judged how. A case of a prompt that stable does not have is
 * asked of the candidate alone. Throws `invalid_file` for one of a prompt that the candidate does not have.
 */
export function planOf(args: {
  readonly cases: readonly EvalCase[];
  readonly candidate: string;
  /** The revision in production, where there is one other than the candidate. */
  readonly stable: string | undefined;
  /** Of the candidate. */
  readonly chain: readonly Target[];
  readonly prompts: { readonly candidate: Prompts; readonly stable: Prompts | undefined };
  readonly settings: EvaluateSettings;
  /** Whom the cases' assertions ask; undefined where they ask no judge. */
  readonly judging?: Pick<Judging, 'named' | 'labelsOf'> | undefined;
}): EvalPlan {
  const { candidate, chain, prompts } = args;
  requirePrompts(args.cases, prompts.candidate);
  const { cases, reported, stable, settings } = whatDecides(args);
  if (cases.length === 0) throw nothingDecides(reported);
  const isAlone = (each: EvalCase) => prompts.stable !== undefined && !knowsPrompt(each, prompts.stable);
  const without = promptsNotAsked(
    prompts.candidate,
    cases.map(({ prompt }) => prompt),
  );
  return {
    version: 2,
    candidate,
    ...(stable === undefined || stable === candidate ? {} : { stable }),
    cases: cases.map((each) => ({
      id: each.id,
      critical: each.critical,
      ...(each.group === undefined ? {} : { group: each.group }),
      ...promptOf(each, prompts.candidate),
      ...(each.judges.length === 0 ? {} : { judges: [...each.judges] }),
      ...(isAlone(each) ? { alone: true as const } : {}),
    })),
    ...(reported.length === 0
      ? {}
      : {
          reported: reported.map((each) => ({
            id: each.id,
            ...(isAlone(each) ? { alone: true as const } : {}),
          })),
        }),
    ...judgesOfPlan(cases, args.judging),
    ...(without.length === 0 ? {} : { promptsWithoutCases: without }),
    targets: chain.length,
    chain: chain.map(targetName),
    settings,
  };
}

/**
 * The cases that decide, against what, by which rules. Where the critical cases alone do, each decides by its own rule: no
 * rate is asked of so few, and nothing is compared.
 */
function whatDecides({ cases: all, stable, settings: given }: Parameters<typeof planOf>[0]) {
  const { minPassRate, margin, maxRepeats, critical } = given;
  const [cases, reported] = [all.filter(({ reports }) => !reports), all.filter(({ reports }) => reports)];
  const settings = { minPassRate, margin, maxRepeats, critical };
  const alone = given.only === 'critical' ? cases.filter((each) => each.critical) : [];
  if (alone.length === 0) return { cases, reported, stable, settings };
  return { cases: alone, reported: [], stable: undefined, settings: { ...settings, minPassRate: 0 } };
}

/** Do the critical cases alone decide? Of nothing else is so little asked. */
export function isByCriticalCases({ settings }: Pick<EvalPlan, 'settings'>): boolean {
  return settings.minPassRate === 0;
}

function judgesOfPlan(cases: readonly EvalCase[], judging: Pick<Judging, 'named' | 'labelsOf'> | undefined) {
  const names = [...new Set(cases.flatMap(({ judges }) => judges))];
  if (names.length === 0 || judging === undefined) return {};
  const known = names.flatMap((name) => judging.labelsOf(judging.named(name)) ?? []);
  const [least] = known.toSorted((a, b) => sightOf(a).lower - sightOf(b).lower);
  return {
    judges: Object.fromEntries(names.map((name) => [name, judging.named(name).digest])),
    ...(least === undefined ? {} : { labels: countsOf(least) }),
  };
}

/** Without what else is known of a calibration. */
function countsOf({ goodPassed, goodFailed, badPassed, badFailed }: LabelledCounts): LabelledCounts {
  return { goodPassed, goodFailed, badPassed, badFailed };
}

function nothingDecides(reported: readonly EvalCase[]): SluiceError {
  return new SluiceError(
    'invalid_file',
    `All ${reported.length} cases are judged by judges alone that are not admitted, so that nothing decides.`,
    { remedy: 'Admit the judge by labels (`sluice judge calibrate`), or add an assertion that needs none.' },
  );
}

/** One of several prompts must not be outvoted by the others; of one there is nothing to tell apart. */
function promptOf({ prompt }: EvalCase, { prompts, defaultPrompt }: Prompts): { readonly prompt?: string } {
  const asked = prompt ?? defaultPrompt;
  return asked === undefined || Object.keys(prompts).length < 2 ? {} : { prompt: asked };
}
