import type { JsonObject } from '../../domain/json.ts';
import { kindOf, type PublishedSuite, type SuiteCase } from '../../domain/evaluation/suite.ts';
import type { Check } from '../assertions/answer.ts';
import { prepareAssertion } from '../assertions/prepare-assertion.ts';
import { requireUnderstood } from '../assertions/understand.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { expectedShortfalls, type Shortfall } from './shortfall.ts';

/** A case of any suite, ready to be run. */
export interface EvalCase {
  /** `<suite>/<id>`: unique over all suites of a release. */
  readonly id: string;
  readonly description?: string;
  readonly group?: string;
  /** The named prompt that it asks; the default one where absent. */
  readonly prompt?: string;
  readonly critical: boolean;
  readonly vars: JsonObject;
  /** Pass by score; where absent, every check must pass. */
  readonly threshold?: number;
  readonly checks: { readonly check: Check; readonly weight: number }[];
  /** What an answer may lack, because the case says that it does. */
  readonly expected: ReadonlySet<Shortfall>;
  /** Has an assertion about cost: the models must have prices. */
  readonly needsPrices: boolean;
}

/** Whether every assertion that counts can be asked. Throws `invalid_file` for the first that cannot. */
export function requireUnderstoodCases(suites: readonly PublishedSuite[], sandbox: Sandbox): Promise<void> {
  const assertions = suites.flatMap(({ content }) => content.tests.flatMap(({ assert }) => assert));
  return requireUnderstood(
    assertions.filter(({ weight }) => weight > 0),
    sandbox,
  );
}

/**
 * Makes the cases of suites ready.
 *
 * @throws SluiceError `invalid_file` where there are no cases
 */
export function prepareCases(suites: readonly PublishedSuite[], sandbox: Sandbox): EvalCase[] {
  const cases = suites.flatMap((suite) =>
    suite.content.tests.map((test) => prepareCase(suite.name, test, sandbox)),
  );
  if (cases.length === 0) {
    throw new SluiceError('invalid_file', 'There is no suite with a case in it.', {
      remedy: 'Name the suites under evaluate.suites in sluice.yaml, or say `evaluate: skip` in the plan.',
    });
  }
  return cases;
}

function prepareCase(suite: string, test: SuiteCase, sandbox: Sandbox): EvalCase {
  const counted = test.assert.filter(({ weight }) => weight > 0);
  return {
    id: `${suite}/${test.id}`,
    critical: test.critical,
    vars: test.vars,
    ...(test.description === undefined ? {} : { description: test.description }),
    ...(test.group === undefined ? {} : { group: `${suite}/${test.group}` }),
    ...(test.prompt === undefined ? {} : { prompt: test.prompt }),
    ...(test.threshold === undefined ? {} : { threshold: test.threshold }),
    checks: counted.map((assertion) => ({
      check: prepareAssertion(assertion, sandbox),
      weight: assertion.weight,
    })),
    expected: expectedShortfalls(counted),
    needsPrices: counted.some(({ type }) => kindOf(type).kind === 'cost'),
  };
}
