import { canonicalJson } from '../revision/canonical-json.ts';
import { messageOf } from '../errors.ts';
import { kindOf, type Assertion, type SuiteCase } from './suite.ts';

/**
 * What is wrong with the tests of a suite that comes now, one sentence each: thresholds that every answer reaches or none
 * does, critical cases that are none, and expressions that cannot be asked. (A suite that was taken before is run as it
 * is.)
 *
 * A suite that is published has its defaults merged. What stands in every one of its tests is taken for them here, as
 * far as they could decide a critical case alone.
 */
export function suiteFaults(tests: readonly SuiteCase[]): string[] {
  const shared = inEvery(tests);
  return tests.flatMap((test) => {
    const faults = [thresholdFault(test), test.critical ? criticalFaultBeside(test, shared) : undefined];
    const found = [...faults.filter((fault) => fault !== undefined), ...test.assert.flatMap(assertionFaults)];
    return found.map((fault) => `${test.id}: ${fault}`);
  });
}

function criticalFaultBeside(test: SuiteCase, shared: ReadonlySet<string>): string | undefined {
  const own = test.assert.filter((assertion) => !shared.has(writtenOut(assertion)));
  return own.length === 0 ? undefined : criticalFault(test, own);
}

/** A threshold that every answer reaches judges nothing, and one that none reaches fails a good candidate. */
export function thresholdFault({
  threshold,
  assert,
}: Pick<SuiteCase, 'threshold' | 'assert'>): string | undefined {
  if (threshold === undefined) return undefined;
  if (threshold <= 0) return 'threshold is above 0: every answer reaches 0';
  // A team's own code may give any score.
  const isBounded = assert.every(({ type, weight }) => weight === 0 || kindOf(type).kind !== 'javascript');
  return threshold > 1 && isBounded
    ? `threshold is at most 1: no answer reaches ${threshold}, since scores end at 1`
    : undefined;
}

/**
 * What switches a case's criticality off unseen: that an assertion of its own does not count, or that its threshold is
 * reached by what other tests share with it.
 *
 * @param own its assertions but for those that it shares
 */
export function criticalFault(
  { critical, assert, threshold }: Pick<SuiteCase, 'critical' | 'assert' | 'threshold'>,
  own: readonly Assertion[],
): string | undefined {
  if (!critical) return undefined;
  const [ofAll, ofOwn] = [weightOf(assert), weightOf(own)];
  if (ofOwn === 0) {
    return 'assert: this critical case has no assertion of its own that counts: give it one with a weight above 0, beside those of defaultTest';
  }
  const weightless = own.find(({ weight }) => weight === 0);
  if (weightless !== undefined) {
    return `assert: "${weightless.type}" of this critical case has the weight 0, and would never be asked: give it a weight, or leave it out`;
  }
  if (threshold === undefined || threshold <= 0 || (ofAll - ofOwn) / ofAll < threshold) return undefined;
  return `threshold: ${threshold} is reached by defaultTest alone, whatever this critical case asks: raise it, or the weights of its own assertions`;
}

function weightOf(assertions: readonly Assertion[]): number {
  return assertions.reduce((sum, { weight }) => sum + weight, 0);
}

/** The assertions, as they are written out, that stand in every test of several. */
function inEvery(tests: readonly SuiteCase[]): ReadonlySet<string> {
  const [first, ...others] = tests;
  if (first === undefined || others.length === 0) return new Set();
  let shared = new Set(first.assert.map(writtenOut));
  for (const { assert } of others) {
    if (shared.size === 0) break;
    shared = shared.intersection(new Set(assert.map(writtenOut)));
  }
  return shared;
}

/** What is the same of two that say the same. */
function writtenOut(assertion: Assertion): string {
  return canonicalJson(assertion) ?? '';
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
