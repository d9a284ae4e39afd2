import { isDeepStrictEqual } from 'node:util';
import type { JsonValue } from '../../domain/json.ts';
import { parseJson } from './json.ts';
import { verdict, type Check, type KindChecks } from './answer.ts';

/** Does the answer contain the text, or all or any of the texts? `foldsCase`: whether case does not count. */
function containsCheck(
  value: JsonValue,
  { need, foldsCase }: { readonly need: 'every' | 'some'; readonly foldsCase: boolean },
): Check {
  const fold = (text: string): string => (foldsCase ? text.toLowerCase() : text);
  const wanted = (Array.isArray(value) ? (value as readonly JsonValue[]) : [value]).map(textOf);
  return ({ output }) => {
    const text = fold(output);
    const missing = wanted.filter((each) => !text.includes(fold(each)));
    const passed = need === 'every' ? missing.length === 0 : missing.length < wanted.length;
    return verdict(passed, `contains ${need === 'every' ? 'not' : 'none of'} ${quoted(missing)}`);
  };
}

/** Is the answer exactly this text; or, where the value is an object or a list, JSON that equals it? */
function equalsCheck(value: JsonValue): Check {
  if (typeof value === 'object') {
    return ({ output }) => {
      const parsed = parseJson(output);
      const passed = parsed.kind === 'json' && isDeepStrictEqual(parsed.value, value);
      return verdict(passed, `is not equal to ${JSON.stringify(value)}`);
    };
  }
  const text = textOf(value);
  return ({ output }) => verdict(output === text, `is not "${text}"`);
}

function startsWithCheck(value: JsonValue): Check {
  const text = textOf(value);
  return ({ output }) => verdict(output.startsWith(text), `does not start with "${text}"`);
}

/** The kinds that look at an answer's text alone. */
export const textChecks = {
  equals: ({ value = '' }) => equalsCheck(value),
  contains: ({ value = '' }) => containsCheck(value, { need: 'every', foldsCase: false }),
  icontains: ({ value = '' }) => containsCheck(value, { need: 'every', foldsCase: true }),
  'contains-all': ({ value = '' }) => containsCheck(value, { need: 'every', foldsCase: false }),
  'icontains-all': ({ value = '' }) => containsCheck(value, { need: 'every', foldsCase: true }),
  'contains-any': ({ value = '' }) => containsCheck(value, { need: 'some', foldsCase: false }),
  'icontains-any': ({ value = '' }) => containsCheck(value, { need: 'some', foldsCase: true }),
  'starts-with': ({ value = '' }) => startsWithCheck(value),
} satisfies Partial<KindChecks>;

/** A value as a text to look for. */
export function textOf(value: JsonValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function quoted(texts: readonly string[]): string {
  return texts.map((each) => `"${each}"`).join(', ');
}
