import { z } from 'zod';
import { SluiceError } from '../../domain/errors.ts';
import { shortened } from '../../domain/text/shortened.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { javascriptBody } from './javascript-source.ts';
import { verdict, type Check, type AssertionVerdict } from './answer.ts';

const resultSchema = z.union([
  z.boolean(),
  z.number(),
  z.looseObject({ pass: z.boolean(), score: z.number().optional(), reason: z.string().optional() }),
]);

/**
 * The team's own code decides: `output` is the answer's text, `context.vars` the case's variables. It gives true or false,
 * a score (passed where it is above 0, or reaches `threshold`), or `{pass, score?, reason?}`. The check
 * throws `broken_measurement` for code that throws, does not end, or gives something else.
 */
export function javascriptCheck(code: string, threshold: number | undefined, sandbox: Sandbox): Check {
  const body = javascriptBody(code);
  return async ({ output }, vars) => {
    const answer = await sandbox.run({ kind: 'javascript', body, output, vars });
    switch (answer.kind) {
      case 'stopped':
        throw new SluiceError('broken_measurement', `A javascript assertion gave no verdict: ${answer.why}.`);
      case 'threw':
        throw new SluiceError(
          'broken_measurement',
          `The code of a javascript assertion threw: ${answer.message}`,
        );
      case 'value':
        return readResult(answer.json, threshold);
    }
  };
}

function readResult(json: string | undefined, threshold: number | undefined): AssertionVerdict {
  const result = resultSchema.safeParse(json === undefined ? undefined : JSON.parse(json));
  if (!result.success) {
    throw new SluiceError('broken_measurement', 'The code of a javascript assertion gave no verdict.', {
      remedy: 'Let it give true or false, a number, or {pass, score, reason}; several lines need `return`.',
    });
  }
  const { data } = result;
  if (typeof data === 'boolean') return verdict(data, 'the code says no');
  if (typeof data === 'number') {
    const passed = threshold === undefined ? data > 0 : data >= threshold;
    return { ...verdict(passed, `the code gives ${data}`), score: data, hasOwnScore: true };
  }
  const said = verdict(
    data.pass,
    data.reason === undefined || data.reason === '' ? 'the code says no' : shortened(data.reason, 500),
  );
  return data.score === undefined ? said : { ...said, score: data.score, hasOwnScore: true };
}
