import { assertionSchema } from '../../domain/evaluation/suite.ts';
import { createSandbox } from '../../sandbox/sandbox.ts';
import type { AssertionVerdict } from './answer.ts';
import { prepareAssertion } from './prepare-assertion.ts';
import { requireUnderstood } from './understand.ts';

const sandbox = createSandbox();
afterAll(() => {
  sandbox.close();
});

async function ask(assertion: object, output: string, measured = {}): Promise<AssertionVerdict> {
  const check = prepareAssertion(assertionSchema.parse(assertion), { sandbox });
  return check({ output, latencyMs: 100, costUsd: 0.01, ...measured }, { intent: 'lost_card' });
}

describe('an assertion', () => {
  it.each([
    [{ type: 'equals', value: 'a' }, 'a', 'a '],
    [{ type: 'equals', value: 5 }, '5', '5.0'],
    [{ type: 'equals', value: { a: [1] } }, '{"a":[1]}', '{"a":[1,2]}'],
    [{ type: 'contains', value: 'Card' }, 'my Card', 'my card'],
    [{ type: 'icontains', value: 'Card' }, 'my card', 'my car'],
    [{ type: 'contains-all', value: ['a', 'b'] }, 'ba', 'a'],
    [{ type: 'contains-any', value: ['a', 'b'] }, 'b', 'c'],
    [{ type: 'icontains-all', value: ['A', 'b'] }, 'aB', 'a'],
    [{ type: 'icontains-any', value: ['A', 'B'] }, 'b', 'c'],
    [{ type: 'starts-with', value: 'Dear' }, 'Dear Ada', 'Hi, Dear'],
    [{ type: 'regex', value: '^\\d{4}$' }, '1234', '12345'],
    [{ type: 'is-json' }, '{}', 'no'],
    [{ type: 'is-json', value: { type: 'object', required: ['a'] } }, '{"a":1}', '{"b":1}'],
    [{ type: 'is-json', value: { type: 'string', format: 'email' } }, '"a@b.eu"', '"a"'],
    [{ type: 'javascript', value: 'output.length < 3' }, 'ab', 'abc'],
    [{ type: 'javascript', value: 'output === context.vars.intent' }, 'lost_card', 'x'],
    [{ type: 'javascript', value: 'const s = output; s === "a;b"' }, 'a;b', 'a'],
    [{ type: 'javascript', value: 'const n = Number(output)\nreturn n > 2' }, '3', '2'],
    [{ type: 'javascript', value: 'Promise.resolve(output === "x")' }, 'x', 'y'],
    [{ type: 'javascript', value: 'Number(output)', threshold: 0.5 }, '0.5', '0.4'],
    [{ type: 'javascript', value: '({ pass: output === "x", reason: "no x" })' }, 'x', 'y'],
    [{ type: 'javascript', value: 'JSON.parse(output).ok' }, '{"ok":true}', '{"ok":false}'],
    [{ type: 'javascript', value: "const s = 'a;b'; s === output;" }, 'a;b', 'b'],
  ])('%j passes %j and fails %j; with not- the other way round', async (assertion, good, bad) => {
    expect(await ask(assertion, good)).toMatchObject({ passed: true });
    expect(await ask(assertion, bad)).toMatchObject({ passed: false, reason: expect.any(String) as unknown });
    const negated = { ...assertion, type: `not-${assertion.type}` };
    expect(await ask(negated, good)).toMatchObject({ passed: false, reason: expect.any(String) as unknown });
    expect(await ask(negated, bad)).toMatchObject({ passed: true });
  });

  it('bounds latency in milliseconds and cost in dollars', async () => {
    expect(await ask({ type: 'latency', threshold: 100 }, '')).toMatchObject({ passed: true, score: 1 });
    expect(await ask({ type: 'latency', threshold: 99 }, '')).toMatchObject({ passed: false, score: 0 });
    expect(await ask({ type: 'cost', threshold: 0.01 }, '')).toMatchObject({ passed: true });
    expect(await ask({ type: 'cost', threshold: 0.009 }, '')).toMatchObject({ passed: false });
  });

  it('about a cost that is not known is no verdict, also when negated', async () => {
    const unknown = { costUsd: undefined };
    await expect(ask({ type: 'cost', threshold: 1 }, '', unknown)).rejects.toMatchObject({
      code: 'broken_measurement',
    });
    await expect(ask({ type: 'not-cost', threshold: 1 }, '', unknown)).rejects.toMatchObject({
      code: 'broken_measurement',
    });
  });

  it('gives the score that the code gives, also with not-', async () => {
    expect(await ask({ type: 'javascript', value: '0.25' }, '')).toMatchObject({ passed: true, score: 0.25 });
    const turned = { passed: false, score: 0.25 };
    expect(await ask({ type: 'not-javascript', value: '0.25' }, '')).toMatchObject(turned);
    expect(await ask({ type: 'javascript', value: '({pass: false, score: 0.4})' }, '')).toMatchObject({
      score: 0.4,
    });
  });

  it('says why a model stopped, and nothing where that is not known', async () => {
    const cut = { type: 'finish-reason', value: 'length' };
    expect(await ask(cut, '', { finishReason: 'length' })).toMatchObject({ passed: true });
    expect(await ask(cut, '', { finishReason: 'stop' })).toMatchObject({ passed: false });
    await expect(ask({ ...cut, type: 'not-finish-reason' }, '')).rejects.toMatchObject({
      code: 'broken_measurement',
    });
  });

  it('with an expression that does not end is stopped, and says nothing of the answer', async () => {
    const impatient = createSandbox({ timeoutMs: 100 });
    const text = `${'a'.repeat(60)}!`;
    for (const [assertion, output] of [
      [{ type: 'not-regex', value: '^(a+)+$' }, text],
      [{ type: 'not-is-json', value: { type: 'string', pattern: '^(a+)+$' } }, JSON.stringify(text)],
    ] as const) {
      const check = prepareAssertion(assertionSchema.parse(assertion), { sandbox: impatient });
      const asked = Promise.resolve(check({ output, latencyMs: 1 }, {}));
      await expect(asked).rejects.toThrow(/(?:regex|is-json) .* did not end within 100 ms/);
    }
    impatient.close();
  });

  it.each([
    ['a keyword that no draft knows', { type: 'object', requried: ['a'] }],
    ['a format that nobody checks', { type: 'string', format: 'emial' }],
    ['a promise for a verdict', { $async: true, type: 'object' }],
    ['a reference to elsewhere', { $ref: 'http://127.0.0.1:9/schema.json' }],
  ])('does not take a schema with %s', async (_, value) => {
    const assertion = assertionSchema.parse({ type: 'is-json', value });
    const understood = requireUnderstood([assertion], sandbox);
    await expect(understood).rejects.toThrow(
      /cannot be understood: (strict|unknown|"\$async"|can't resolve)/,
    );
  });

  it.each([
    [{ type: 'regex', value: '(' }],
    [{ type: 'javascript', value: 'output ===' }],
    [{ type: 'not-javascript', value: 'const a = 1\nreturn (' }],
  ])('that cannot be understood is refused before anything runs: %j', async (assertion) => {
    const asked = requireUnderstood([assertionSchema.parse(assertion)], sandbox);
    await expect(asked).rejects.toMatchObject({ code: 'invalid_file' });
  });
});

describe('the code of a javascript assertion', () => {
  it('that does not end is stopped, and the next one runs', async () => {
    const impatient = createSandbox({ timeoutMs: 300 });
    const asked = (value: string) => {
      const check = prepareAssertion(assertionSchema.parse({ type: 'javascript', value }), {
        sandbox: impatient,
      });
      return Promise.resolve(check({ output: '', latencyMs: 1 }, {}));
    };
    await expect(asked('while (true) {}\nreturn 1')).rejects.toThrow(/did not end within 300 ms/);
    await expect(asked('new Promise(() => {})')).rejects.toThrow(/waits for what never comes/);
    expect(await asked('true')).toMatchObject({ passed: true });
    impatient.close();
  });

  it.each(['undefined', 'const a = 1\na > 0', '"yes"', '({})', 'const a = output', '0 / 0'])(
    'that gives no verdict (%j) is an error, negated or not',
    async (value) => {
      for (const type of ['javascript', 'not-javascript']) {
        await expect(ask({ type, value }, '')).rejects.toThrow(/gave no verdict/);
      }
    },
  );

  it.each([
    'JSON.parse(output).ok',
    'missing > 1',
    'null.a',
    'context.test === undefined',
    'context.config?.limit === undefined',
    'const a = 1\nthrow new Error("why")',
    'Promise.reject("no")',
  ])('that throws (%j) says nothing of the answer, negated or not (invariant 26)', async (value) => {
    for (const type of ['javascript', 'not-javascript']) {
      await expect(ask({ type, value }, 'not json')).rejects.toMatchObject({ code: 'broken_measurement' });
    }
  });

  it.each([
    ...['process.exit()', 'require("fs")', 'fetch("http://localhost")', 'setTimeout(() => 1)'],
    ...['typeof process === "undefined"', 'Intl.DateTimeFormat()', '"a".localeCompare("b") < 0'],
    ...['(1234.5).toLocaleString() === "1,234.5"', 'structuredClone(output)'],
  ])('says of what promptfoo has and this has not that it is not there: %s', async (value) => {
    await expect(ask({ type: 'javascript', value }, '')).rejects.toThrow(/threw: [\w.]+ is not there/);
  });
});
