import type { JsonObject } from '../../domain/json.ts';
import { kindOf, type Assertion } from '../../domain/evaluation/suite.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Check } from './answer.ts';
import { javascriptCheck } from './javascript.ts';
import { jsonCheck, schemaCheck } from './json.ts';
import { finishReasonCheck } from './finish-reason.ts';
import { costCheck, latencyCheck } from './limits.ts';
import { regexCheck } from './regex.ts';
import { containsCheck, equalsCheck, startsWithCheck, textOf } from './text.ts';

/**
 * Makes an assertion ready to be asked. Whether a regular expression, a schema or code can be understood is asked by
 * `understandAssertions`: where it cannot, and nobody has, its check says nothing of any answer.
 */
export function prepareAssertion(assertion: Assertion, sandbox: Sandbox): Check {
  const { negated } = kindOf(assertion.type);
  const check = checkOf(assertion, sandbox);
  return negated ? negate(assertion.type, check) : check;
}

function checkOf(assertion: Assertion, sandbox: Sandbox): Check {
  const { kind } = kindOf(assertion.type);
  const { value = '', threshold } = assertion;
  switch (kind) {
    case 'equals':
      return equalsCheck(value);
    case 'contains':
    case 'icontains':
    case 'contains-all':
    case 'contains-any':
    case 'icontains-all':
    case 'icontains-any':
      return containsCheck(kind, value);
    case 'starts-with':
      return startsWithCheck(value);
    case 'regex':
      return regexCheck(textOf(value), sandbox);
    case 'is-json':
      return assertion.value === undefined
        ? jsonCheck()
        : schemaCheck(assertion.value as JsonObject, sandbox);
    case 'javascript':
      return javascriptCheck(textOf(value), threshold, sandbox);
    case 'finish-reason':
      return finishReasonCheck(textOf(value));
    case 'latency':
      return latencyCheck(threshold ?? 0);
    case 'cost':
      return costCheck(threshold ?? 0);
  }
}

/** What could not be judged stays so: only a verdict is turned around. */
function negate(type: string, check: Check): Check {
  return async (answer, variables) => {
    const { passed, score, hasOwnScore } = await check(answer, variables);
    const turned = { passed: !passed, score: hasOwnScore === true ? score : 1 - score };
    return passed ? { ...turned, reason: `"${type}": it is so` } : turned;
  };
}
