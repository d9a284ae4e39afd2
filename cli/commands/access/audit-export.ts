import { writeFileSync } from 'node:fs';
import { appendFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { ChainedAuditEntry } from '../../../api/schemas/audit.ts';
import { exportLine } from '../../../domain/audit/export.ts';
import type { AuditHead } from '../../../domain/audit/head.ts';
import { SluiceError } from '../../../domain/errors.ts';
import type { JsonObject } from '../../../domain/json.ts';
import { records } from '../../output/describe-audit.ts';
import { done } from '../../output/outcome.ts';
import type { Command, CommandContext } from '../context.ts';

/** An entry of the log, as the API gives it. */
type Entry = ChainedAuditEntry & { readonly details: JsonObject };

/** The end of the log, and how to note it. */
export const auditHead: Command<object> = async (context) => {
  const head = await context.api().read<AuditHead>('/v1/audit/head');
  const { number, hash, at, keyId } = head;
  const seal = keyId === undefined ? 'no key seals it' : `sealed by key ${keyId}`;
  return done(`${number}:${hash}\n  at ${at}, ${seal}`, { ...head });
};

/** Writes the log in the order of its chain, one entry a line, and its end as the last line. */
export const auditExport: Command<{ readonly out?: string }> = async (context, { out }) => {
  const head = await context.api().read<AuditHead>('/v1/audit/head');
  const path = out === undefined ? undefined : resolve(context.settings.workingDirectory, out);
  if (path !== undefined) writeFileSync(path, '', { mode: 0o600 });
  const lines: string[] = [];
  const write = async (text: string): Promise<void> => {
    if (path === undefined) lines.push(text);
    else await appendFile(path, text);
  };
  for (let number = 0; number < head.number;) number = await copyPage(context, { number, head, write });
  await write(exportLine({ head }));
  const said = `${records(head.number)} in ${out ?? ''}, closed by head ${head.number}:${head.hash}`;
  return done(path === undefined ? lines.join('').trimEnd() : said, { ...head });
};

async function copyPage(
  context: CommandContext,
  {
    number,
    head,
    write,
  }: { readonly number: number; readonly head: AuditHead; readonly write: (text: string) => Promise<void> },
): Promise<number> {
  const path = `/v1/audit/entries?after=${number}&limit=500`;
  const { entries } = await context.api().read<{ readonly entries: Entry[] }>(path);
  const last = entries.at(-1);
  if (last === undefined) {
    throw new SluiceError(
      'conflict',
      `The log has no entry after ${number}, and its head says ${head.number}.`,
      {
        remedy: 'See what is wrong with it: sluice audit --verify.',
      },
    );
  }
  const wanted = entries.filter(({ position }) => position <= head.number);
  await write(wanted.map((entry) => exportLine({ entry })).join(''));
  return last.position;
}
