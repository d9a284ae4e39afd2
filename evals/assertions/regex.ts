import { SluiceError } from '../../domain/errors.ts';
import { verdict, type Check } from './answer.ts';
import type { JavascriptSandbox } from './javascript-sandbox.ts';

const script = 'new RegExp(context.vars.pattern).test(output)';

/**
 * Does the regular expression (JavaScript's) match somewhere in the answer? Asked in the sandbox, since an expression may
 * take ages on an unlucky text. Throws SyntaxError for one that is none; the check throws `broken_measurement` where it
 * does not end.
 */
export function regexCheck(pattern: string, sandbox: JavascriptSandbox): Check {
  new RegExp(pattern);
  return async ({ output }) => {
    const answer = await sandbox.run({ kind: 'script', script, output, context: { vars: { pattern } } });
    if (answer.kind === 'value') return verdict(answer.json === 'true', `does not match /${pattern}/`);
    const why = answer.kind === 'stopped' ? answer.why : answer.message;
    throw new SluiceError('broken_measurement', `A regex assertion gave no verdict: ${why}.`);
  };
}
