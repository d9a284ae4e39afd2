import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { publishedSuiteSchema, type PublishedSuite } from '../../domain/evaluation/suite.ts';
import { prepareCases, requireUnderstoodCases, type EvalCase } from '../../evals/run/eval-case.ts';
import type { Asked } from '../../evals/assertions/answer.ts';
import type { EvaluationSubject } from './evaluation-subject.ts';

/** The cases of a release's suites. Nothing is asked before every assertion is understood. */
export async function understoodCases(subject: EvaluationSubject, asked: Asked): Promise<EvalCase[]> {
  const suites = suitesOf(subject);
  await requireUnderstoodCases(suites, asked.sandbox);
  return prepareCases(suites, asked);
}

/** The same by their ids, of a release whose cases were understood. */
export function casesById(subject: EvaluationSubject, asked: Asked): Map<string, EvalCase> {
  return new Map(prepareCases(suitesOf(subject), asked).map((each) => [each.id, each]));
}

/** The release's suites that the plan names; all where it names none. */
function suitesOf({ suites, plan }: EvaluationSubject): PublishedSuite[] {
  const all = z.array(publishedSuiteSchema).parse(suites);
  const names = plan.evaluate === 'skip' ? [] : (plan.evaluate.suites ?? all.map(({ name }) => name));
  const unknown = names.find((name) => !all.some((suite) => suite.name === name));
  if (unknown !== undefined) {
    throw new SluiceError(
      'invalid_file',
      `The plan asks for the suite ${unknown}, which the release does not have.`,
      {
        remedy: `It has: ${all.map(({ name }) => name).join(', ') || 'none'}.`,
      },
    );
  }
  return all.filter(({ name }) => names.includes(name));
}
