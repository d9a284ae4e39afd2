import { parse } from 'csv-parse/sync';
import { z } from 'zod';
import { lackOfLabels } from '../../analysis/judges/admission.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { faultSentence, faultsOf } from '../../domain/faults-of.ts';

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

/** Labelled answers of a file, each once. */
export interface LabelledAnswers {
  readonly answers: readonly LabelledAnswer[];
  /** Rows that say once more what another one says. */
  readonly repeated: number;
}

/**
 * Labelled answers of a CSV file (columns `request`, `answer`, `label`, and `criterion` where they differ in it) or of one
 * of JSON lines with the same fields. What is there twice counts once: it says nothing new. Throws `invalid_file` naming the
 * line, also of an answer that is good and bad.
 */
export function readLabelledAnswers(text: string, file: string): LabelledAnswers {
  const rows = readerOf(file)(text.replace(/^\uFEFF/, ''), file);
  const known = new Map<string, LabelledAnswer & { readonly line: number }>();
  for (const { value, line } of rows) {
    const row = rowSchema.safeParse(value);
    if (!row.success) throw invalid(`${file}:${line}: ${sentenceOf(row.error)}${columnsOf(value)}`);
    const { request, answer, label: isGood, criterion } = row.data;
    const labelled = {
      ...{ request, answer, isGood },
      ...(criterion === undefined || criterion === '' ? {} : { criterion }),
    };
    const what = JSON.stringify([request, answer, labelled.criterion]);
    const before = known.get(what);
    if (before !== undefined && before.isGood !== isGood)
      throw invalid(`${file}:${line}: the answer of line ${before.line} again, with the other label.`);
    if (before === undefined) known.set(what, { ...labelled, line });
  }
  const answers = [...known.values()].map(({ line: _, ...each }) => each);
  return { answers, repeated: rows.length - answers.length };
}

/** Throws `usage` where these admit no judge, whatever it says of them: before anybody pays for what it says. */
export function requireEnoughLabels(answers: readonly LabelledAnswer[]): void {
  const good = answers.filter(({ isGood }) => isGood).length;
  const lacking = lackOfLabels({ good, bad: answers.length - good });
  if (lacking === undefined) return;
  throw new SluiceError('usage', `The judge was not asked: ${lacking}.`, {
    remedy: 'Label more answers, of each kind; what is there twice counts once.',
  });
}

interface Row {
  readonly value: unknown;
  readonly line: number;
}

function readerOf(file: string): (text: string, file: string) => Row[] {
  if (/\.csv$/i.test(file)) return csvRows;
  if (/\.(?:jsonl|ndjson)$/i.test(file)) return jsonLines;
  throw invalid(`${file} is called like neither a CSV file (.csv) nor JSON lines (.jsonl).`);
}

function sentenceOf(error: z.ZodError): string {
  return faultsOf(error).map(faultSentence).join('; ');
}

/** What a row has, where a column that it needs is not there. */
function columnsOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return '';
  const names = Object.keys(value);
  if (['request', 'answer', 'label'].every((name) => names.includes(name))) return '';
  const separated = names.some((name) => /[;\t]/.test(name)) ? '; columns are separated by commas' : '';
  return ` (columns: ${names.map((name) => JSON.stringify(name)).join(', ')}${separated})`;
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
    const rows = csvSchema.parse(parse(text, { info: true, columns: trimmed }));
    return rows.map(({ record, info }) => ({ value: record, line: info.lines }));
  } catch (error) {
    throw invalid(`${file}: ${messageOf(error)}`);
  }
}

/** Spaces around a column's name do not count. */
function trimmed(header: readonly string[]): string[] {
  return header.map((name) => name.trim());
}

function invalid(message: string): SluiceError {
  return new SluiceError('invalid_file', message, {
    remedy: 'A row is a request, an answer and its label (good or bad), under these names.',
  });
}
