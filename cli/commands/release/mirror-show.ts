import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { MirroredPairs, MirrorReport } from '../../../api/schemas/mirror.ts';
import { describeMirror } from '../../output/describe-mirror.ts';
import { done } from '../../output/outcome.ts';
import { renderMirror } from '../../output/mirror-html.ts';
import { foreign } from '../../output/printable.ts';
import type { Command } from '../context.ts';
import { contentBlocks, pairsFor, pathOfPairs } from '../pairs-for.ts';

export interface MirrorShowOptions {
  readonly id: string;
  readonly pairs: number;
  readonly html?: string;
}

/** Shows what a release's mirror compared, and its worst pairs to who may read content. */
export const mirrorShow: Command<MirrorShowOptions> = async (context, { id, pairs, html }) => {
  const path = `/v1/releases/${encodeURIComponent(id)}/mirror`;
  const report = await context.api().read<MirrorReport>(path);
  const pairsPath = pathOfPairs(id, pairs);
  const content =
    html === undefined
      ? await pairsFor(context, pairsPath)
      : { pairs: await context.api().read<MirroredPairs>(pairsPath) };
  if (html !== undefined && content.pairs !== undefined) {
    const file = resolve(context.settings.workingDirectory, html);
    // What users said, if redacted: for whoever wrote the file alone.
    await writeFile(file, renderMirror(report, content.pairs), { mode: 0o600 });
    return done(`Wrote ${html}: ${content.pairs.items.length} pairs.`, { file: html }, id);
  }
  const text = [
    describeMirror(foreign(report), context.paint),
    ...contentBlocks(content, context.paint),
  ].join('\n\n');
  return done(
    text,
    { ...report, ...(content.pairs === undefined ? {} : { pairs: content.pairs.items }) },
    id,
  );
};
