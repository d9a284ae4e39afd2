import type { JsonObject } from '../../domain/json.ts';
import { kindOf, type Assertion } from '../../domain/evaluation/suite.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Check, KindChecks } from './answer.ts';
import { javascriptCheck } from './javascript.ts';
import { jsonCheck, schemaCheck } from './json.ts';
import { finishReasonCheck } from './finish-reason.ts';
import { limitChecks } from './limits.ts';
import { regexCheck } from './regex.ts';
import { textChecks, textOf } from './text.ts';

/**
 * Makes an assertion ready to be asked. Whether a regular expression, a schema or code can be understood is asked by
 * `requireUnderstood`: where it cannot, and nobody has, its check says nothing of any answer.
 */
export function prepareAssertion(assertion: Assertion, sandbox: Sandbox): Check {
  const { kind, negated } = kindOf(assertion.type);
  const check = checks[kind](assertion, sandbox);
  return negated ? negate(assertion.type, check) : check;
}

/** Those of a family are in its file; a kind without an entry is an error of types. */
const checks: KindChecks = {
  ...textChecks,
  ...limitChecks,
  regex: ({ value = '' }, sandbox) => regexCheck(textOf(value), sandbox),
  'is-json': ({ value }, sandbox) =>
    value === undefined ? jsonCheck() : schemaCheck(value as JsonObject, sandbox),
  javascript: ({ value = '', threshold }, sandbox) => javascriptCheck(textOf(value), threshold, sandbox),
  'finish-reason': ({ value = '' }) => finishReasonCheck(textOf(value)),
};

/** What could not be judged stays so: only a verdict is turned around. */
function negate(type: string, check: Check): Check {
  return async (answer, variables) => {
    const { passed, score, hasOwnScore } = await check(answer, variables);
    const turned = { passed: !passed, score: hasOwnScore === true ? score : 1 - score };
    return passed ? { ...turned, reason: `"${type}": it is so` } : turned;
  };
}
