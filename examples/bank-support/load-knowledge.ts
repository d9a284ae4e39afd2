import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import { z } from 'zod';

const rows = z
  .array(z.object({ text: z.string().trim().min(1), category: z.string().trim().min(1) }))
  .min(1, 'has no rows');
const published = z.object({ index: z.object({ digest: z.string(), documents: z.number() }) });

export type LabelledRow = z.infer<typeof rows>[number];

/** Reads a CSV file with the columns `text` and `category`. Throws a sentence that names the file. */
export async function readLabelledCsv(file: string): Promise<LabelledRow[]> {
  const parsed: unknown = parse(await readFile(file, 'utf8'), {
    columns: true,
    bom: true,
    skip_empty_lines: true,
  });
  const read = rows.safeParse(parsed);
  if (!read.success)
    throw new Error(`${file}: ${z.prettifyError(read.error)} (needs the columns text and category)`);
  return read.data;
}

export interface LoadedIndex {
  readonly digest: string;
  readonly documents: number;
  /** False when the retriever had exactly this version already. */
  readonly created: boolean;
}

/**
 * Publishes a `knowledge.csv` as an index version of the retriever at `url`. Loading the same contents again changes
 * nothing; other contents under the same version are refused: throws.
 */
export async function loadKnowledge(options: {
  readonly url: string;
  readonly name: string;
  readonly version: string;
  readonly file: string;
}): Promise<LoadedIndex> {
  const { url, name, version, file } = options;
  const documents = await readLabelledCsv(file);
  const response = await fetch(`${url}/indexes`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ name, version, documents }),
  });
  const body: unknown = await response.json();
  if (!response.ok) throw new Error(`The retriever refused ${name}@${version}: ${JSON.stringify(body)}`);
  return { ...published.parse(body).index, created: response.status === 201 };
}
