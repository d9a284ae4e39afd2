import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { messageOf, SluiceError } from '../../domain/errors.ts';

/** An answer that people have looked at. */
export interface LabelledAnswer {
  readonly request: string;
  readonly answer: string;
  readonly isGood: boolean;
  /** What it was held against; that of the command where absent. */
  readonly criterion?: string | undefined;
}

const labels: Readonly<Record<string, boolean>> = {
  ...{ good: true, pass: true, true: true, yes: true, '1': true },
  ...{ bad: false, fail: false, false: false, no: false, '0': false },
};

const rowSchema = z.looseObject({
  request: z.string(),
  answer: z.string(),
  label: z
    .union([z.string(), z.boolean(), z.number()])
    .transform((label) => labels[String(label).trim().toLowerCase()])
    .pipe(z.boolean(`is one of ${Object.keys(labels).join(', ')}`)),
  criterion: z.string().optional(),
});

/**
 * Labelled answers of a CSV file (columns `request`, `answer`, `label`, and `criterion` where they differ in it) or of one
 * of JSON lines with the same fields. Throws `invalid_file` naming the line.
 */
export function readLabelledAnswers(text: string, file: string): LabelledAnswer[] {
  const rows = file.endsWith('.jsonl') ? jsonLines(text, file) : csvRows(text, file);
  return rows.map(({ value, line }) => {
    const row = rowSchema.safeParse(value);
    if (!row.success) throw invalid(`${file}:${line}: ${z.prettifyError(row.error)}`);
    const { request, answer, label: isGood, criterion } = row.data;
    return { request, answer, isGood, ...(criterion === undefined || criterion === '' ? {} : { criterion }) };
  });
}

interface Row {
  readonly value: unknown;
  readonly line: number;
}

function jsonLines(text: string, file: string): Row[] {
  return text.split('\n').flatMap((line, i) => {
    if (line.trim() === '') return [];
    try {
      return [{ value: JSON.parse(line) as unknown, line: i + 1 }];
    } catch (error) {
      throw invalid(`${file}:${i + 1}: ${messageOf(error)}`);
    }
  });
}

const csvSchema = z.array(z.object({ record: z.unknown(), info: z.object({ lines: z.int() }) }));

function csvRows(text: string, file: string): Row[] {
  try {
    const rows = csvSchema.parse(parse(text, { bom: true, info: true, columns: true }));
    return rows.map(({ record, info }) => ({ value: record, line: info.lines }));
  } catch (error) {
    throw invalid(`${file}: ${messageOf(error)}`);
  }
}

function invalid(message: string): SluiceError {
  return new SluiceError('invalid_file', message, {
    remedy: 'A row is a request, an answer and its label: good or bad.',
  });
}
