import fc from 'fast-check';
import { readingOf, type HeardModels } from './watch-reading.ts';
import {
  nextQuestions,
  targetState,
  watchedVerdicts,
  type WatchedAnswer,
  type WatchedItem,
  type WatchedPlan,
} from './watched-cases.ts';

const plan = { caseIds: ['a', 'b', 'c'], targets: 2, policy: 'sequential' as const };
const chain = ['openai/one', 'anthropic/two'];

type Said = Omit<WatchedAnswer, keyof WatchedItem>;
const passed: Said = { verdict: 'passed' };
const failed: Said = { verdict: 'failed' };

/** Asks as a run does, until nothing is left to ask. */
function play(say: (item: WatchedItem) => Said, given: Partial<WatchedPlan> = {}) {
  const watched = { ...plan, ...given };
  const answers: WatchedAnswer[] = [];
  for (;;) {
    const items = nextQuestions(watched, answers);
    if (items.length === 0) return { answers, states: [0, 1].map((i) => targetState(watched, i, answers)) };
    answers.push(...items.map((item) => ({ ...item, ...say(item) })));
  }
}

const nothing: HeardModels = { models: [], fingerprints: [], before: [] };
const read = (answers: WatchedAnswer[], heard = () => nothing) =>
  readingOf({ ...plan, chain }, answers, { heard });

it('asks each case once of each target where all pass', () => {
  const { answers, states } = play(() => passed);
  expect(answers).toHaveLength(6);
  expect(states).toEqual([{ kind: 'good' }, { kind: 'good' }]);
  expect(read(answers)).toMatchObject({ outcome: 'good', says: '3 critical cases pass on 2 of 2 targets' });
});

it('asks a case that failed once again until it is cleared: that is no broken stable', () => {
  const { answers, states } = play(({ caseId, target, repeat }) =>
    caseId === 'b' && target === 1 && repeat === 0 ? failed : passed,
  );
  expect(states).toEqual([{ kind: 'good' }, { kind: 'good' }]);
  expect(answers.filter(({ caseId, target }) => caseId === 'b' && target === 1)).toHaveLength(9);
});

it('finds the target broken on which a case fails again and again, and only that', () => {
  const { answers } = play(({ caseId, target }) => (caseId === 'b' && target === 1 ? failed : passed));
  expect(read(answers)).toMatchObject({
    outcome: 'broken',
    says: 'anthropic/two: critical cases fail: b',
    targets: [{ outcome: 'good' }, { outcome: 'broken', failing: ['b'] }],
  });
  expect(answers.length).toBeLessThan(12);
});

it('takes the first failure for enough where the plan says never', () => {
  const { states } = play(({ caseId }) => (caseId === 'a' ? failed : passed), { policy: 'never' });
  expect(states).toMatchObject([{ kind: 'broken' }, { kind: 'broken' }]);
});

it('finds a retired model by its provider’s refusals, whatever the cases say', () => {
  const retired = { ...failed, code: 'model_not_found', status: 404 };
  const { answers } = play(({ target }) => (target === 0 ? retired : passed));
  expect(read(answers)).toMatchObject({
    outcome: 'broken',
    says: 'openai/one: it answers nothing: 404 model_not_found',
  });
  expect(answers).toHaveLength(6);
  const alone = play(({ target }) => (target === 0 ? retired : passed), { caseIds: ['a'] });
  expect(alone.answers.filter(({ target }) => target === 0).length).toBeGreaterThan(1);
});

it('an outage, or an answer that cannot be judged, is neither good nor broken (invariant 26)', () => {
  for (const said of [{ verdict: 'unasked', code: 'unreachable' }, { verdict: 'not-judged' }] as const) {
    const { answers } = play(({ target }) => (target === 0 ? said : passed));
    expect(read(answers)).toMatchObject({ outcome: 'unclear', targets: [{}, { outcome: 'good' }] });
  }
});

it('tells of a model that changed behind its alias though every case passes, once', () => {
  const { answers } = play(() => passed);
  const heard = (before: string[]) => () => ({ models: ['one-2'], fingerprints: ['fp'], before });
  expect(read(answers, heard(['one-1']))).toMatchObject({ outcome: 'changed' });
  expect(read(answers, heard([])).outcome).toBe('good'); // The first run of all.
  expect(read(answers, heard(['one-1', 'one-2'])).outcome).toBe('good');
});

it('ends, and calls good only what passed, whatever is answered', () => {
  const verdicts = fc.constantFrom(...watchedVerdicts);
  fc.assert(
    fc.property(fc.infiniteStream(verdicts), (stream) => {
      const { answers, states } = play(() => {
        const next = stream.next();
        return { verdict: next.done === true ? 'passed' : next.value };
      });
      expect(answers.length).toBeLessThanOrEqual(6 * 20);
      for (const [target, state] of states.entries()) {
        const here = answers.filter((each) => each.target === target);
        const known = here.every(({ verdict }) => verdict === 'passed' || verdict === 'failed');
        if (state.kind === 'good') expect(known).toBe(true);
        if (state.kind === 'broken') expect(here.some(({ verdict }) => verdict === 'failed')).toBe(true);
      }
    }),
  );
});
