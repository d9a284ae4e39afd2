import { suiteFaults } from './suite-faults.ts';
import { suiteCaseSchema } from './suite.ts';

const caseOf = (change: object) =>
  suiteCaseSchema.parse({ id: 'a', vars: { message: 'hi' }, assert: [{ type: 'is-json' }], ...change });
const faultsOf = (...changes: object[]): string[] => suiteFaults(changes.map(caseOf));

const quick = { type: 'latency', threshold: 5000 };
const right = { type: 'contains', value: 'Paris' };
const code = { type: 'javascript', value: 'output.length' };

describe('the faults of a suite that comes now', () => {
  it.each([
    [{ threshold: 0 }, 'a: threshold is above 0: every answer reaches 0'],
    [{ threshold: -1, critical: true }, 'a: threshold is above 0: every answer reaches 0'],
    [{ threshold: 1.5 }, 'a: threshold is at most 1: no answer reaches 1.5'],
    [{ threshold: 2, assert: [right, { ...code, weight: 0 }] }, 'a: threshold is at most 1: no answer'],
    [{ assert: [{ type: 'not-regex', value: '(' }] }, 'a: "not-regex" cannot be understood: Invalid regular'],
    [{ critical: true, assert: [{ ...right, weight: 0 }, quick] }, 'a: assert: "contains" of this critical'],
  ])('are named: %j', (change, fault) => {
    expect(faultsOf(change)).toEqual([expect.stringContaining(fault)]);
  });

  it('are none of one that can be asked', () => {
    expect(faultsOf({ threshold: 0.5, assert: [{ type: 'regex', value: 'a+' }] })).toEqual([]);
    expect(faultsOf({ threshold: 1 }, { threshold: 12, assert: [code] })).toEqual([]);
    expect(faultsOf({ assert: [{ ...right, weight: 0 }, quick] })).toEqual([]);
    expect(faultsOf({ critical: true, threshold: 0.5, assert: [right, code] })).toEqual([]);
  });
});

describe('critical cases of a suite whose defaults are merged', () => {
  it.each([
    [{ assert: [quick, { ...right, weight: 0 }] }, 'no assertion of its own that counts'],
    [{ threshold: 0.5, assert: [quick, right] }, '0.5 is reached by defaultTest alone'],
    [{ threshold: 0.75, assert: [{ ...quick, weight: 3 }, right] }, '0.75 is reached by defaultTest alone'],
  ])('need assertions of their own that count: %j', (change, fault) => {
    const { assert } = change;
    const other = { id: 'b', assert: [assert[0], { type: 'contains', value: 'Rome' }] };
    expect(faultsOf({ critical: true, ...change }, other)).toEqual([expect.stringContaining(fault)]);
    expect(faultsOf(change, other)).toEqual([]);
  });

  it('may ask what all others ask, as long as it must be so', () => {
    const all = { critical: true, assert: [right] };
    expect(faultsOf(all, { ...all, id: 'b' }, { ...all, id: 'c' })).toEqual([]);
    expect(
      faultsOf({ ...all, threshold: 0.6, assert: [quick, right] }, { id: 'b', assert: [quick] }),
    ).toEqual([]);
  });
});
