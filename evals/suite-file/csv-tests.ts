import { parse } from 'csv-parse/sync';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { assertionKinds } from '../../domain/suite.ts';
import type { JsonObject } from '../../domain/json.ts';

export interface CsvTest {
  test: JsonObject;
  line: number;
}

const written = new RegExp(
  String.raw`^(?<type>(?:not-)?(?:${assertionKinds.join('|')}))(?:\((?<threshold>\d+(?:\.\d+)?)\))?(?::(?<value>[\s\S]*))?$`,
);
/** Begins an assertion of promptfoo that Sluice does not know: taken as a text to equal, it would mean something else. */
const unknown =
  /^(?:not-)?(?:grade|llm-rubric|python|similar|classifier|contains-json|contains-xml|contains-sql|is-xml|is-sql|levenshtein|rouge-n|bleu|perplexity|perplexity-score|model-graded-[a-z]+|factuality|answer-relevance|context-[a-z]+|webhook|g-eval|moderation|select-best|is-refusal|file)(?:\([\d.]+\))?:/;

interface Row {
  record: Record<string, string>;
  info: { lines: number };
}

/**
 * Tests of a CSV file as promptfoo has them: columns are variables, `__expected` (or `__expected1`, …) assertions.
 * Throws `invalid_file` naming file and line.
 */
export function csvTests(text: string, file: string): CsvTest[] {
  return parseRows(text, file).map(({ record, info }) => ({
    test: testOf(record, `${file}:${info.lines}`),
    line: info.lines,
  }));
}

function parseRows(text: string, file: string): Row[] {
  try {
    return parse(text, { columns: true, bom: true, info: true, skip_empty_lines: true }) as unknown as Row[];
  } catch (error) {
    throw new SluiceError('invalid_file', `${file}: ${messageOf(error)}`, {
      remedy: 'The first line names the columns; values with commas stand in double quotes.',
      cause: error,
    });
  }
}

function testOf(record: Record<string, string>, at: string): JsonObject {
  const vars: Record<string, string> = {};
  const assert: JsonObject[] = [];
  const rest: Record<string, string | number | boolean> = {};
  for (const [column, value] of Object.entries(record)) {
    if (!column.startsWith('__')) vars[column] = value;
    else if (/^__expected\d*$/.test(column))
      assert.push(...(value.trim() === '' ? [] : [assertionOf(value, at)]));
    else if (value !== '') Object.assign(rest, special(column, value, at));
  }
  const { metric, ...fields } = rest;
  return {
    ...fields,
    vars,
    assert: assert.map((each) => (metric === undefined ? each : { ...each, metric })),
  };
}

function special(column: string, value: string, at: string): JsonObject {
  switch (column) {
    case '__id':
    case '__description':
    case '__group':
    case '__metric':
      return { [column.slice(2)]: value };
    case '__threshold':
      return { threshold: Number(value) };
    case '__critical':
    case '__metadata:critical':
      if (value !== 'true' && value !== 'false') break;
      return { critical: value === 'true' };
  }
  throw new SluiceError('invalid_file', `${at}: column ${column} is not understood, or "${value}" in it.`, {
    remedy:
      'Columns of their own kind are __expected, __expected1…, __id, __description, __group, __metric, __threshold and __critical (true or false).',
  });
}

/** One cell of `__expected`: `icontains:card`, `latency(2000)`, `javascript: output.length < 80`, or a text to equal. */
function assertionOf(cell: string, at: string): JsonObject {
  const code = /^(?:javascript|fn|eval):([\s\S]*)$/.exec(cell)?.[1];
  if (code !== undefined) return { type: 'javascript', value: code.trim() };
  const groups = written.exec(cell)?.groups;
  if (groups?.['type'] !== undefined) {
    const { type, threshold, value } = groups;
    return {
      type,
      ...(value === undefined ? {} : { value }),
      ...(threshold === undefined ? {} : { threshold: Number(threshold) }),
    };
  }
  if (unknown.test(cell)) {
    throw new SluiceError(
      'invalid_file',
      `${at}: __expected "${cell.slice(0, 60)}" is no assertion that Sluice knows.`,
      {
        remedy: `It knows ${assertionKinds.join(', ')}; any other text is one to equal.`,
      },
    );
  }
  return { type: 'equals', value: cell };
}
