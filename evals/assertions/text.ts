import { isDeepStrictEqual } from 'node:util';
import type { AssertionKind } from '../../domain/evaluation/suite.ts';
import type { JsonValue } from '../../domain/json.ts';
import { parseJson } from './json.ts';
import { verdict, type Check } from './answer.ts';

/** How the kinds that look for texts do it: which of the texts must be there, and whether case counts. */
const searches = {
  contains: { need: 'every', foldsCase: false },
  icontains: { need: 'every', foldsCase: true },
  'contains-all': { need: 'every', foldsCase: false },
  'icontains-all': { need: 'every', foldsCase: true },
  'contains-any': { need: 'some', foldsCase: false },
  'icontains-any': { need: 'some', foldsCase: true },
} as const satisfies Partial<
  Record<AssertionKind, { readonly need: 'every' | 'some'; readonly foldsCase: boolean }>
>;

export type SearchKind = keyof typeof searches;

/** Does the answer contain the text, or all or any of the texts? */
export function containsCheck(kind: SearchKind, value: JsonValue): Check {
  const { need, foldsCase } = searches[kind];
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
export function equalsCheck(value: JsonValue): Check {
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

export function startsWithCheck(value: JsonValue): Check {
  const text = textOf(value);
  return ({ output }) => verdict(output.startsWith(text), `does not start with "${text}"`);
}

/** A value as a text to look for. */
export function textOf(value: JsonValue): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function quoted(texts: readonly string[]): string {
  return texts.map((each) => `"${each}"`).join(', ');
}
