import { SluiceError } from '../../domain/errors.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { verdict, type Check } from './answer.ts';

/**
 * Does the regular expression (JavaScript's) match somewhere in the answer? Asked in the sandbox, since an expression may
 * take ages on an unlucky text. The check throws `broken_measurement` where it says nothing.
 */
export function regexCheck(pattern: string, sandbox: Sandbox): Check {
  return async ({ output }) => {
    const answer = await sandbox.run({ kind: 'regex', pattern, text: output });
    if (answer.kind === 'value') return verdict(answer.json === 'true', `does not match /${pattern}/`);
    const why = answer.kind === 'stopped' ? answer.why : answer.message;
    throw new SluiceError('broken_measurement', `A regex assertion gave no verdict: ${why}.`);
  };
}
