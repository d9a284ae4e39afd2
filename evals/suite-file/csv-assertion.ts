import { assertionKinds } from '../../domain/evaluation/suite.ts';
import type { JsonObject } from '../../domain/json.ts';
import { kindsElsewhere } from './promptfoo-kinds.ts';
import { splitTexts } from './split-texts.ts';

export type CsvAssertion =
  | { readonly kind: 'assertion'; readonly assertion: JsonObject }
  | { readonly kind: 'problem'; readonly message: string };

const allKinds = [...assertionKinds, ...kindsElsewhere];
const written = new RegExp(
  String.raw`^(?<not>not-)?(?<kind>${allKinds.join('|')})(?:\((?<threshold>\d+(?:\.\d+)?)\))?(?::(?<value>[\s\S]*))?$`,
);
const code = /^(?:javascript|fn|eval):([\s\S]*)$/;
const script = /^file:\/\/.*\.(?:[cm]?[jt]s|py)(?::|$)/;

/**
 * One cell of `__expected`, to the letter as promptfoo reads it: `icontains: card`, `latency(2000)`, `fn: output < 5`, or
 * a text to equal. Spaces around the cell and around a value go. What Sluice has no answer to is a problem.
 */
export function csvAssertion(cell: string): CsvAssertion {
  const text = cell.trim();
  const body = code.exec(text)?.[1];
  if (body !== undefined) return assertion({ type: 'javascript', value: body.trim() });
  if (script.test(text)) return problem('is code in a file: write the code itself, behind "javascript:"');
  if (text.startsWith('grade:')) return problem(unknownKind('grade'));
  const groups = written.exec(text)?.groups;
  if (groups?.['kind'] === undefined) return assertion({ type: 'equals', value: text });
  const { not = '', kind, threshold, value } = groups;
  if (kindsElsewhere.includes(kind)) return problem(unknownKind(kind));
  if (kind === 'similar' && threshold === undefined) {
    return problem('gives "similar" no number, and promptfoo makes one up: write "similar(0.8): …"');
  }
  if (threshold !== undefined && !['latency', 'cost', 'similar'].includes(kind)) {
    return problem(
      `gives "${kind}" a number in brackets, which promptfoo ignores: leave it out, or add a column __config:__expected:threshold`,
    );
  }
  const limit = threshold === undefined ? {} : { threshold: Number(threshold) };
  return withValue({ type: `${not}${kind}`, ...limit }, kind, value);
}

function withValue(rest: JsonObject, kind: string, value: string | undefined): CsvAssertion {
  if (value === undefined) return assertion(rest);
  if (kind === 'is-json') return assertion({ ...rest, value });
  if (!/contains-(?:all|any)$/.test(kind)) return assertion({ ...rest, value: value.trim() });
  try {
    return assertion({ ...rest, value: splitTexts(value) });
  } catch (error) {
    return problem((error as SyntaxError).message);
  }
}

function unknownKind(kind: string): string {
  return `begins with "${kind}", which is no assertion that Sluice knows: it knows ${assertionKinds.join(', ')}, and takes any other text as one to equal`;
}

function assertion(found: JsonObject): CsvAssertion {
  return { kind: 'assertion', assertion: found };
}

function problem(message: string): CsvAssertion {
  return { kind: 'problem', message };
}
