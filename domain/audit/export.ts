import { z } from 'zod';
import { SluiceError } from '../errors.ts';
import type { JsonObject } from '../json.ts';
import { visibleJson } from '../text/visible-text.ts';
import type { ChainedEntry } from './entry.ts';
import { auditHeadSchema, type AuditHead } from './head.ts';

const jsonObjectSchema = z.custom<JsonObject>(
  (value) => typeof value === 'object' && value !== null && !Array.isArray(value),
);

const entrySchema = z.object({
  id: z.number(),
  at: z.string(),
  actor: z.string(),
  action: z.string(),
  app: z.string().optional(),
  environment: z.string().optional(),
  releaseId: z.string().optional(),
  details: jsonObjectSchema,
  position: z.number(),
  hash: z.string(),
  xact: z.string().optional(),
  mac: z.string().optional(),
  keyId: z.string().optional(),
});

const lineSchema = z.union([z.object({ entry: entrySchema }), z.object({ head: auditHeadSchema })]);

/** A line of an export, which does the same in a terminal and in a file. */
export function exportLine(line: { readonly entry: object } | { readonly head: AuditHead }): string {
  return `${visibleJson(JSON.stringify(line))}\n`;
}

/** An audit log that was exported: its entries, and the head that closes it. */
export interface ExportedAudit {
  readonly entries: ChainedEntry[];
  readonly head: AuditHead | undefined;
}

/** Reads an export of JSON Lines. Throws `invalid_file` naming the line. */
export function parseExport(text: string, name: string): ExportedAudit {
  const entries: ChainedEntry[] = [];
  let head: AuditHead | undefined;
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue;
    const parsed = lineSchema.safeParse(jsonOf(line));
    if (!parsed.success || head !== undefined) {
      throw new SluiceError(
        'invalid_file',
        `${name}: line ${i + 1} is not what an export of an audit log has there.`,
        {
          remedy: 'It was changed or cut since it was made: export it again, `sluice audit export`.',
        },
      );
    }
    if ('head' in parsed.data) head = parsed.data.head;
    else entries.push(withoutUndefined(parsed.data.entry));
  }
  return { entries, head };
}

function withoutUndefined({
  app,
  environment,
  releaseId,
  xact,
  mac,
  keyId,
  ...entry
}: z.infer<typeof entrySchema>): ChainedEntry {
  return {
    ...entry,
    ...(app === undefined ? {} : { app }),
    ...(environment === undefined ? {} : { environment }),
    ...(releaseId === undefined ? {} : { releaseId }),
    ...(xact === undefined ? {} : { xact }),
    ...(mac === undefined ? {} : { mac }),
    ...(keyId === undefined ? {} : { keyId }),
  };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
