import { planSchema } from '../../release/plan.ts';
import type { AnswerFacts } from './facts.ts';
import { guardrailCounting, guardrails, observersOf } from '../registry.ts';
import type { RequestCourse } from '../request-course.ts';

const names = ['truncated', 'refused', 'invalid-format'] as const;
const facts: Record<(typeof names)[number], keyof AnswerFacts> = {
  truncated: 'truncated',
  refused: 'refused',
  'invalid-format': 'invalidFormat',
};
const plan = planSchema.parse({});
const noFacts: AnswerFacts = { truncated: false, refused: false, invalidFormat: false };

function observed(name: string, stableFacts?: { answers: number } & Record<keyof AnswerFacts, number>) {
  const counting = {
    ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 },
    ...guardrailCounting(plan, { stableAnswerBuckets: [], stableFacts }),
  };
  return { counting, observer: observersOf(counting).get(name)! };
}

describe.each(names)('%s', (name) => {
  const { observer, counting } = observed(name);
  const course = (more: Partial<RequestCourse>) =>
    observer.badAfterMs(
      { totalTimeoutMs: 60_000, ended: { afterMs: 900, ending: 'completed' }, ...more },
      'stable',
    );

  it('is bad from the end of an answer on of which it is true, and of no other', () => {
    expect(course({ facts: noFacts })).toBe(Infinity);
    expect(course({ facts: { ...noFacts, [facts[name]]: true } })).toBe(900);
    for (const other of names.filter((each) => each !== name))
      expect(course({ facts: { ...noFacts, [facts[other]]: true } })).toBe(Infinity);
  });

  it('has no unit in what is not over, failed, was rescued, or nobody knows', () => {
    const bad = { facts: { ...noFacts, [facts[name]]: true } };
    expect(course({})).toBeUndefined();
    expect(course({ ...bad, failedAfterMs: 100 })).toBeUndefined();
    expect(observer.badAfterMs({ totalTimeoutMs: 1, ...bad }, 'candidate')).toBeUndefined();
  });

  it('is counted at the long horizon alone, once a subject, and once a step where stable has it often', () => {
    expect(observer).toMatchObject({ unit: 'subject', onlyLong: true });
    const often = { ...{ answers: 100, truncated: 11, refused: 11, invalidFormat: 11 } };
    expect(observed(name, often).observer.unit).toBe('subject-in-step');
    expect(observed(name, { ...often, answers: 110 }).observer.unit).toBe('subject');
    const few = { answers: 49, truncated: 40, refused: 40, invalidFormat: 40 };
    expect(observed(name, few).observer.unit).toBe('subject');
  });

  it('is a dry run below 20 subjects of the candidate, where it counts once a step', () => {
    const guardrail = guardrails.find((each) => each.name === name)!;
    const often = { answers: 100, truncated: 90, refused: 90, invalidFormat: 90 };
    const arm = { admitted: 100, tokensIn: 0 };
    const dryRun = (units: number, of = observed(name, often).counting) =>
      guardrail.dryRun?.({
        ...{ counting: of, candidate: arm, stable: arm, heldMs: 0, candidateUnits: { [name]: units } },
      });
    expect(dryRun(19)).toContain('19 of 20');
    expect([dryRun(20), dryRun(0, counting)]).toEqual([undefined, undefined]);
    const older = { releaseId: 'r', shortHorizonMs: 1, longHorizonMs: 1 };
    expect(dryRun(0, { ...counting, ...older, [name]: null })).toContain('when this step began');
  });

  it('is not observed where the split does not say how', () => {
    const { [name]: _, ...without } = counting as typeof counting & Record<typeof name, unknown>;
    expect(observersOf({ ...without, releaseId: 'r', shortHorizonMs: 1, longHorizonMs: 1 }).has(name)).toBe(
      false,
    );
  });
});
