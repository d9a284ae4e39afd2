import type { PinnedAnswered } from '../targets/pinned-answer.ts';
import { factsOf } from './mirrored-facts.ts';

const answer: PinnedAnswered = { kind: 'answered', output: 'lost card', latencyMs: 10, attempts: 1 };
const parts = { price: undefined, promisesJson: false, hashKey: Buffer.alloc(32, 7) };
const call = (name: string, given: string, id = 'c') => ({ id, name, arguments: given });

it('holds figures of an answer, and none of its words', () => {
  const facts = factsOf(
    {
      ...answer,
      usage: { inputTokens: 1e6, outputTokens: 2e6 },
      firstContentMs: 4,
      toolCalls: [call('pay', '{"to":"ada"}')],
    },
    { ...parts, price: { inputUsdPerMillionTokens: 1, outputUsdPerMillionTokens: 3 } },
  );
  expect(facts).toMatchObject({
    characters: 9,
    tokensIn: 1e6,
    tokensOut: 2e6,
    costUsd: 7,
    firstContentMs: 4,
  });
  expect(JSON.stringify(facts)).not.toMatch(/pay|ada|lost/);
});

it.each([
  ['{"intent":"x"}', true, 'kept'],
  ['Sure! {"intent":"x"}', true, 'broken'],
  ['"x"', true, 'broken'],
  ['Sure!', false, undefined],
])('says of %s whether it is of the form that was promised', (output, promisesJson, format) => {
  expect(factsOf({ ...answer, output }, { ...parts, promisesJson }).format).toBe(format);
});

it('takes arguments of tools that are no JSON for broken, and what a model declines for a refusal alone', () => {
  const withCalls = (given: string) =>
    factsOf({ ...answer, toolCalls: [call('pay', given)] }, { ...parts, promisesJson: true }).format;
  expect([withCalls('{"to":1}'), withCalls('{"to":'), withCalls('')]).toEqual(['kept', 'broken', 'kept']);
  expect(factsOf({ ...answer, refused: true }, { ...parts, promisesJson: true })).toMatchObject({
    refused: true,
  });
  expect(factsOf({ ...answer, refused: true }, { ...parts, promisesJson: true }).format).toBeUndefined();
});

it('knows the same calls again, whatever their ids and the order of their arguments', () => {
  const of = (...toolCalls: ReturnType<typeof call>[]) => factsOf({ ...answer, toolCalls }, parts).calls!;
  const first = of(call('pay', '{"to":"ada","sum":1}', 'x'));
  expect(of(call('pay', '{ "sum": 1, "to": "ada" }', 'y'))).toEqual(first);
  const other = of(call('pay', '{"to":"eve","sum":1}'));
  expect([other.tools === first.tools, other.whole === first.whole]).toEqual([true, false]);
  expect(of(call('refund', '{}')).tools).not.toBe(first.tools);
});
