import { suiteSchema } from './suite.ts';

const test = { id: 'a', vars: { message: 'hello' }, assert: [{ type: 'contains', value: 'x' }] };

function issuesOf(change: object): string[] {
  const parsed = suiteSchema.safeParse({ tests: [{ ...test, ...change }] });
  return parsed.error?.issues.map(({ path, message }) => `${path.join('.')}: ${message}`) ?? [];
}

describe('a suite', () => {
  it('fills in what is left out', () => {
    expect(suiteSchema.parse({ tests: [test] }).tests[0]).toMatchObject({
      critical: false,
      assert: [{ weight: 1 }],
    });
  });

  it('has tests, and they have assertions that count', () => {
    expect(suiteSchema.safeParse({ tests: [] }).success).toBe(false);
    expect(issuesOf({ assert: [] })).toEqual(['tests.0.assert: has at least one assertion that counts']);
    expect(issuesOf({ assert: [{ type: 'contains', value: 'x', weight: 0 }] })).toHaveLength(1);
  });

  it('has tests with different ids', () => {
    expect(suiteSchema.safeParse({ tests: [test, test] }).success).toBe(false);
  });

  it.each([
    [{ type: 'g-eval', value: 'is kind' }, /"g-eval" is no assertion that Sluice knows: equals, /],
    [{ type: 'contains' }, /value of "contains" is a text/],
    [{ type: 'not-contains', value: '' }, /value of "not-contains" is a text that is not empty/],
    [{ type: 'contains-any', value: [] }, /has at least one text/],
    [{ type: 'latency' }, /threshold of "latency" must be a number above 0/],
    [{ type: 'latency', threshold: 5, value: 5 }, /value of "latency" is not taken/],
    [{ type: 'contains', value: 'x', threshold: 0.5 }, /threshold of "contains" is not taken/],
    [{ type: 'is-json', value: ['x'] }, /is a JSON schema, or left out/],
    [{ type: 'contains', value: 'x', provider: 'y' }, /Unrecognized key/],
  ])('does not take %j', (assertion, message) => {
    expect(issuesOf({ assert: [assertion] }).join()).toMatch(message);
  });

  it('takes one of message and messages', () => {
    const messages = [{ role: 'user', content: 'hi' }];
    expect(issuesOf({ vars: { messages } })).toEqual([]);
    expect(issuesOf({ vars: { message: 'hi', messages } })).toHaveLength(1);
    expect(issuesOf({ vars: { message: 5 } })).toHaveLength(1);
    expect(issuesOf({ vars: { question: 'hi' } })).toHaveLength(1);
    expect(issuesOf({ vars: { messages: [] } })).toHaveLength(1);
  });
});
