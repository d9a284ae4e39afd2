import { messageOf } from './errors.ts';
import { kindOf, type Assertion, type SuiteCase } from './suite.ts';

/**
 * What is wrong with the tests of a suite that comes now, one sentence each: thresholds that every answer reaches, and
 * expressions that cannot be asked. (A suite that was taken before is run as it is.)
 */
export function suiteFaults(tests: readonly SuiteCase[]): string[] {
  return tests.flatMap((test) => testFaults(test).map((fault) => `${test.id}: ${fault}`));
}

function testFaults({ threshold, assert }: SuiteCase): string[] {
  const reached =
    threshold !== undefined && threshold <= 0 ? ['threshold is above 0: every answer reaches 0'] : [];
  return [...reached, ...assert.flatMap(assertionFaults)];
}

function assertionFaults({ type, value }: Assertion): string[] {
  if (kindOf(type).kind !== 'regex' || typeof value !== 'string') return [];
  try {
    new RegExp(value);
    return [];
  } catch (error) {
    return [`"${type}" cannot be understood: ${messageOf(error)}`];
  }
}
