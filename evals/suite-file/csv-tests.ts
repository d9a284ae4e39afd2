import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import type { JsonObject } from '../../domain/json.ts';
import { csvAssertion } from './csv-assertion.ts';
import { readColumns, type Column } from './csv-columns.ts';

export interface CsvTest {
  readonly test: JsonObject;
  readonly line: number;
}

const rowsSchema = z.array(z.object({ record: z.array(z.string()), info: z.object({ lines: z.int() }) }));
type Row = z.infer<typeof rowsSchema>[number];

/** A cell with what its column is. */
type Cell = Column & { readonly value: string };

/** A number as promptfoo reads it in a cell, written out in full. */
const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$/;

/**
 * Tests of a CSV file as promptfoo has them: columns are variables, `__expected` (or `__expected1`, …) assertions.
 * Throws `invalid_file` naming file and line.
 */
export function csvTests(text: string, file: string): CsvTest[] {
  const [head, ...rows] = parseRows(text, file);
  if (head === undefined) return [];
  const columns = readColumns(head.record, file);
  return rows.map(({ record, info }) => {
    const cells = columns.map((column, i): Cell => ({ ...column, value: record[i] ?? '' }));
    return { test: testOf(cells, `${file}:${info.lines}`), line: info.lines };
  });
}

/** What the reader of CSV says, up to where it repeats the file. */
function withoutValues(message: string): string {
  return message.replace(/, (?:value|field) is .*$/s, '');
}

/** As promptfoo does: where quotes do not stand as they must, a quote inside a value is a quote. */
function parseRows(text: string, file: string): Row[] {
  const read = (relaxed: boolean): Row[] =>
    rowsSchema.parse(parse(text, { bom: true, info: true, relax_quotes: relaxed }));
  try {
    return read(false);
  } catch {
    try {
      return read(true);
    } catch (error) {
      throw new SluiceError('invalid_file', `${file}: ${withoutValues(messageOf(error))}`, {
        remedy:
          'The first line names the columns, and every line has as many values; values with commas stand in double quotes.',
        cause: error,
      });
    }
  }
}

function testOf(cells: readonly Cell[], at: string): JsonObject {
  const vars: Record<string, string> = {};
  const rest: Record<string, string | number | boolean> = {};
  for (const cell of cells) {
    const { kind, name, value } = cell;
    if (kind === 'variable') vars[name] = value;
    if (kind === 'elsewhere' && value !== '') throw badCell(at, `${name} ${cell.why}`);
    if (kind === 'field' && value !== '') rest[cell.field] = fieldOf(cell.field, value, `${at}: ${name}`);
  }
  const { metric, ...fields } = rest;
  const assert = assertionsOf(cells, at);
  return {
    ...fields,
    vars,
    assert: metric === undefined ? assert : assert.map((each) => ({ ...each, metric })),
  };
}

function fieldOf(
  field: Extract<Column, { readonly kind: 'field' }>['field'],
  value: string,
  at: string,
): string | number | boolean {
  if (field === 'threshold') return numberOf(value, at);
  if (field !== 'critical') return value;
  if (value === 'true' || value === 'false') return value === 'true';
  throw badCell(at, `"${value}" is neither true nor false`);
}

function assertionsOf(cells: readonly Cell[], at: string): JsonObject[] {
  const expected = cells.filter(({ kind, value }) => kind === 'expected' && value.trim() !== '');
  const thresholds = new Map(thresholdsOf(cells, expected, at));
  return expected.map(({ name, value }) => {
    const read = csvAssertion(value);
    if (read.kind === 'problem') throw badCell(at, `${name} "${value.trim().slice(0, 60)}" ${read.message}`);
    const threshold = thresholds.get(name);
    return threshold === undefined ? read.assertion : { ...read.assertion, threshold };
  });
}

/** promptfoo counts the cells that say something: a threshold whose cell is not the one it counts to is a problem. */
function thresholdsOf(cells: readonly Cell[], expected: readonly Cell[], at: string): [string, number][] {
  return cells.flatMap((cell): [string, number][] => {
    if (cell.kind !== 'config') return [];
    const counted = expected[Number(cell.of.slice('__expected'.length) || '1') - 1];
    if (counted?.name === cell.of) return [[cell.of, numberOf(cell.value, `${at}: ${cell.name}`)]];
    const meant = counted === undefined ? 'no assertion' : `that of ${counted.name}`;
    throw badCell(at, `${cell.name} is of ${meant} to promptfoo, since it counts cells that are not empty`);
  });
}

function numberOf(text: string, at: string): number {
  const parsed = number.test(text.trim()) ? Number(text.trim()) : NaN;
  if (Number.isFinite(parsed)) return parsed;
  throw badCell(at, `"${text}" is no number`);
}

function badCell(at: string, what: string): SluiceError {
  return new SluiceError('invalid_file', `${at}: ${what}.`, {
    remedy: 'Mend this line: a CSV file means what it means in promptfoo, and nothing in it is ignored.',
  });
}
