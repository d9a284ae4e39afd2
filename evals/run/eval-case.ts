import type { JsonObject } from '../../domain/json.ts';
import {
  judgedKinds,
  kindOf,
  type Assertion,
  type PublishedSuite,
  type SuiteCase,
} from '../../domain/evaluation/suite.ts';
import { defaultJudge } from '../../domain/evaluation/judge.ts';
import type { AssertionName, Asked, Check } from '../assertions/answer.ts';
import { prepareAssertion } from '../assertions/prepare-assertion.ts';
import { requireUnderstood } from '../assertions/understand.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { expectedShortfalls, type Shortfall } from './shortfall.ts';

export interface PreparedCheck {
  readonly check: Check;
  readonly name: AssertionName;
  /** 0 where it is shown alone. */
  readonly weight: number;
  /** Of a judge that was not admitted: its verdict is shown, and counts for nothing. */
  readonly reports?: true;
  /** It compares the answer with the other arm's. */
  readonly compares?: true;
}

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
  readonly checks: PreparedCheck[];
  /** Judges whose verdicts count in it. */
  readonly judges: readonly string[];
  /** All that it is held against are verdicts of judges that were not admitted: it is asked and shown, and decides nothing. */
  readonly reports: boolean;
  /** What an answer may lack, because the case says that it does. */
  readonly expected: ReadonlySet<Shortfall>;
  /** Has an assertion about cost: the models must have prices. */
  readonly needsPrices: boolean;
}

/** Whether every assertion that counts can be asked. Throws `invalid_file` for the first that cannot. */
export function requireUnderstoodCases(suites: readonly PublishedSuite[], sandbox: Sandbox): Promise<void> {
  const assertions = suites.flatMap(({ content: { tests, live } }) => [
    ...tests.flatMap(({ assert }) => assert),
    ...(live?.assert ?? []),
  ]);
  return requireUnderstood(
    assertions.filter(({ weight }) => weight > 0),
    sandbox,
  );
}

/**
 * Makes the cases of suites ready.
 *
 * @throws SluiceError `invalid_file` where there are no cases, or for a judge that there is not
 */
export function prepareCases(suites: readonly PublishedSuite[], asked: Asked): EvalCase[] {
  const cases = suites.flatMap((suite) =>
    suite.content.tests.map((test) => prepareCase(suite.name, test, asked)),
  );
  if (cases.length === 0) {
    throw new SluiceError('invalid_file', 'There is no suite with a case in it.', {
      remedy: 'Name the suites under evaluate.suites in sluice.yaml, or say `evaluate: skip` in the plan.',
    });
  }
  return cases;
}

function prepareCase(suite: string, test: SuiteCase, asked: Asked): EvalCase {
  const counted = test.assert.filter(({ weight }) => weight > 0);
  const checks = counted.map((assertion) => prepareCheck(assertion, asked));
  return {
    id: `${suite}/${test.id}`,
    critical: test.critical,
    vars: test.vars,
    ...(test.description === undefined ? {} : { description: test.description }),
    ...(test.group === undefined ? {} : { group: `${suite}/${test.group}` }),
    ...(test.prompt === undefined ? {} : { prompt: test.prompt }),
    ...(test.threshold === undefined ? {} : { threshold: test.threshold }),
    checks,
    judges: [...new Set(counted.filter((each) => !isShownAlone(each, asked)).flatMap(judgeOf))],
    reports: checks.every(({ reports }) => reports === true),
    expected: expectedShortfalls(counted),
    needsPrices: counted.some(({ type }) => kindOf(type).kind === 'cost'),
  };
}

/** Throws `invalid_file` for a judge, or an embedding model, that there is not. */
export function prepareCheck(assertion: Assertion, asked: Asked): PreparedCheck {
  if (kindOf(assertion.type).kind === 'similar') asked.judging?.requireEmbedding();
  const check = prepareAssertion(assertion, asked);
  const compares = kindOf(assertion.type).kind === 'select-best' ? { compares: true as const } : {};
  const { type, metric } = assertion;
  const name: AssertionName = { assertion: type, ...(metric === undefined ? {} : { metric }) };
  return isShownAlone(assertion, asked)
    ? { check, name, weight: 0, reports: true, ...compares }
    : { check, name, weight: assertion.weight, ...compares };
}

/** Throws `invalid_file` for a judge that there is not. */
function isShownAlone(assertion: Assertion, { judging }: Asked): boolean {
  if (judging === undefined || judgeOf(assertion).length === 0) return false;
  return !judging.isAdmitted(judging.named(assertion.judge));
}

/** The name of the judge that an assertion asks; none of one that asks nobody. */
export function judgeOf({ type, judge = defaultJudge }: Assertion): string[] {
  return judgedKinds.includes(kindOf(type).kind) ? [judge] : [];
}
