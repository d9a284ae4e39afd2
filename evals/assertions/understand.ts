import { digestOf } from '../../domain/revision/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { kindOf, type Assertion } from '../../domain/evaluation/suite.ts';
import type { TeamCode } from '../../sandbox/question.ts';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import { javascriptBody } from './javascript-source.ts';
import { textOf } from './text.ts';

/**
 * Why assertions cannot be understood (a regular expression, a schema, code), in their order; undefined for each that can.
 * Asked in the sandbox, each text once: nothing runs before every assertion is understood.
 */
export async function whyNotUnderstood(
  assertions: readonly Assertion[],
  sandbox: Sandbox,
): Promise<(string | undefined)[]> {
  const asked = new Map<string, Promise<string | undefined>>();
  const ask = async (assertion: Assertion): Promise<string | undefined> => {
    const what = codeOf(assertion);
    if (what === undefined) return undefined;
    const key = digestOf(what);
    const known = asked.get(key) ?? whyNot(what, sandbox);
    asked.set(key, known);
    return known;
  };
  const found = await Promise.all(assertions.map(ask));
  return found.map((why, i) =>
    why === undefined ? undefined : `"${assertions[i]?.type ?? ''}" cannot be understood: ${why}`,
  );
}

/** Throws `invalid_file` for the first that cannot be understood. */
export async function requireUnderstood(assertions: readonly Assertion[], sandbox: Sandbox): Promise<void> {
  const why = (await whyNotUnderstood(assertions, sandbox)).find((each) => each !== undefined);
  if (why !== undefined) throw new SluiceError('invalid_file', why);
}

/** What of an assertion has to be understood; undefined where that is nothing. */
function codeOf({ type, value = '' }: Assertion): TeamCode | undefined {
  const { kind } = kindOf(type);
  if (kind === 'regex') return { kind, pattern: textOf(value) };
  if (kind === 'javascript') return { kind, body: javascriptBody(textOf(value)) };
  if (kind === 'is-json' && value !== '') return { kind: 'schema', schema: value as JsonObject };
  return undefined;
}

async function whyNot(what: TeamCode, sandbox: Sandbox): Promise<string | undefined> {
  const answer = await sandbox.run({ kind: 'understand', what });
  switch (answer.kind) {
    case 'value':
      return undefined;
    case 'threw':
      return answer.message;
    case 'stopped':
      return answer.why;
  }
}
