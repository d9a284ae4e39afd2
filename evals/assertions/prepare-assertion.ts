import type { JsonObject } from '../../domain/json.ts';
import { kindOf, type Assertion } from '../../domain/evaluation/suite.ts';
import type { Asked, Check, KindChecks } from './answer.ts';
import { rubricCheck, selectBestCheck, similarCheck } from './judged.ts';
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
export function prepareAssertion(assertion: Assertion, asked: Asked): Check {
  const { kind, negated } = kindOf(assertion.type);
  const check = checks[kind](assertion, asked);
  return negated ? negate(assertion.type, check) : check;
}

/** Those of a family are in its file; a kind without an entry is an error of types. */
const checks: KindChecks = {
  ...textChecks,
  ...limitChecks,
  regex: ({ value = '' }, { sandbox }) => regexCheck(textOf(value), sandbox),
  'is-json': ({ value }, { sandbox }) =>
    value === undefined ? jsonCheck() : schemaCheck(value as JsonObject, sandbox),
  javascript: ({ value = '', threshold }, { sandbox }) => javascriptCheck(textOf(value), threshold, sandbox),
  'finish-reason': ({ value = '' }) => finishReasonCheck(textOf(value)),
  'llm-rubric': (assertion, { judging }) => rubricCheck(assertion, judging),
  'select-best': (assertion, { judging }) => selectBestCheck(assertion, judging),
  similar: (assertion, { judging }) => similarCheck(assertion, judging),
};

/** What could not be judged stays so: only a verdict is turned around. */
function negate(type: string, check: Check): Check {
  return async (answer, variables) => {
    const { passed, score, hasOwnScore, judged } = await check(answer, variables);
    const by = judged === undefined ? {} : { judged };
    const turned = { passed: !passed, score: hasOwnScore === true ? score : 1 - score, ...by };
    return passed ? { ...turned, reason: `"${type}": it is so` } : turned;
  };
}
