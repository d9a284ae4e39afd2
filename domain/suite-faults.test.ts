import { suiteFaults } from './suite-faults.ts';
import { suiteCaseSchema } from './suite.ts';

const faultsOf = (change: object): string[] =>
  suiteFaults([
    suiteCaseSchema.parse({ id: 'a', vars: { message: 'hi' }, assert: [{ type: 'is-json' }], ...change }),
  ]);

describe('the faults of a suite that comes now', () => {
  it.each([
    [{ threshold: 0 }, 'a: threshold is above 0: every answer reaches 0'],
    [{ threshold: -1, critical: true }, 'a: threshold is above 0: every answer reaches 0'],
    [{ assert: [{ type: 'not-regex', value: '(' }] }, 'a: "not-regex" cannot be understood: Invalid regular'],
  ])('are named: %j', (change, fault) => {
    expect(faultsOf(change)).toEqual([expect.stringContaining(fault)]);
  });

  it('are none of one that can be asked', () => {
    expect(faultsOf({ threshold: 0.5, assert: [{ type: 'regex', value: 'a+' }] })).toEqual([]);
    expect(faultsOf({})).toEqual([]);
  });
});
