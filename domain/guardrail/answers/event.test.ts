import { faultSentence, faultsOf } from '../../faults-of.ts';
import { planSchema } from '../../release/plan.ts';
import { guardrailCounting, judgedGuardrails, observersOf } from '../registry.ts';
import type { ToldEvent } from '../request-course.ts';

const faults = (guardrails: unknown): string[] => {
  const { error } = planSchema.safeParse({ guardrails });
  return error === undefined ? [] : faultsOf(error).map(faultSentence);
};

it.each([
  ['one value', 'down', ['down'], ['up', 1, true]],
  ['several', [1, 2], [1, 2], [3, '1']],
  ['a truth', true, [true], [false, 'true', 1]],
  ['below', { below: 3 }, [2.9], [3, 4, 'down']],
  ['above and below', { below: 0, above: 10 }, [-1, 11], [0, 10]],
])('a bad value is %s', (_what, bad, bads, goods) => {
  const plan = planSchema.parse({ guardrails: [{ name: 'mine', kind: 'event', event: 'stars', bad }] });
  const counting = {
    ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 },
    ...guardrailCounting(plan, { stableAnswerBuckets: [] }),
  };
  const observer = observersOf(counting).get('event:mine')!;
  expect(observer).toMatchObject({ unit: 'subject-in-step', settlesAfterMs: 600_000 });
  const badAfterMs = (value: ToldEvent['value']) =>
    observer.badAfterMs(
      {
        ...{ totalTimeoutMs: 60_000, ended: { afterMs: 9, ending: 'completed' } },
        events: new Map([['stars', [{ value, afterMs: 77 }]]]),
      },
      'candidate',
    );
  for (const value of bads) expect([value, badAfterMs(value)]).toEqual([value, 77]);
  for (const value of goods) expect([value, badAfterMs(value)]).toEqual([value, Infinity]);
});

it('has each answer as a unit where it must never happen', () => {
  const guardrails = [{ name: 'harm', kind: 'event', event: 'harm', bad: true, zeroTolerance: true }];
  const counting = {
    ...{ releaseId: 'rel_1', shortHorizonMs: 5_000, longHorizonMs: 60_000 },
    ...guardrailCounting(planSchema.parse({ guardrails }), { stableAnswerBuckets: [] }),
  };
  expect(observersOf(counting).get('event:harm')).toMatchObject({ unit: 'request', settlesAfterMs: 600_000 });
});

it('says nothing below 20 units of the candidate, and is on in no plan by itself', () => {
  expect(judgedGuardrails(planSchema.parse({})).map(({ guardrail }) => guardrail.name)).not.toContain(
    'event',
  );
  const [thumbs] = judgedGuardrails(
    planSchema.parse({ guardrails: { thumbs: { kind: 'event', event: 'thumb', bad: 'down' } } }),
  ).filter(({ name }) => name === 'thumbs');
  expect(thumbs?.guardrail.leastUnits).toEqual({ event: 20 });
});

it.each([
  ['no event', { mine: { kind: 'event', bad: 'down' } }, /^guardrails\.mine\.event: /],
  [
    'no bad value',
    { mine: { kind: 'event', event: 'thumb' } },
    /^guardrails\.mine: bad|^guardrails\.mine\.bad: /,
  ],
  [
    'two bounds that leave nothing',
    { mine: { kind: 'event', event: 'stars', bad: { below: 3, above: 1 } } },
    /every number/,
  ],
  [
    'a value that cannot be told',
    { mine: { kind: 'event', event: 'note', bad: ['a', 'b\u0000'] } },
    /^guardrails\.mine\.bad/,
  ],
  ['no bound', { mine: { kind: 'event', event: 'thumb', bad: {} } }, /below/],
  [
    'a time that no step holds',
    { mine: { kind: 'event', event: 'thumb', bad: 1, within: '1h' } },
    /^guardrails\.mine\.within: no step holds longer/,
  ],
  [
    'the name of the kind',
    { event: { kind: 'event', event: 'thumb', bad: 1 } },
    /^guardrails\.event: .*name of its own/,
  ],
  [
    'zero tolerance that waits',
    { mine: { kind: 'event', event: 'harm', bad: true, zeroTolerance: true, minSamples: 9 } },
    /^guardrails\.mine\.minSamples: /,
  ],
])('refuses %s', (_what, guardrails, sentence) => {
  expect(faults(guardrails).join('; ')).toMatch(sentence);
});
