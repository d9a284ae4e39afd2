import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { MirroredPairs, MirrorReport } from '../../../api/schemas/mirror.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { describeMirror, describePairs } from '../../output/describe-mirror.ts';
import { done } from '../../output/outcome.ts';
import { renderMirror } from '../../output/mirror-html.ts';
import { foreign } from '../../output/printable.ts';
import type { Command, CommandContext } from '../context.ts';

export interface MirrorShowOptions {
  readonly id: string;
  readonly pairs: number;
  readonly html?: string;
}

/** Shows what a release's mirror compared, and its worst pairs to who may read content. */
export const mirrorShow: Command<MirrorShowOptions> = async (context, { id, pairs, html }) => {
  const path = `/v1/releases/${encodeURIComponent(id)}/mirror`;
  const report = await context.api().read<MirrorReport>(path);
  const content = await pairsFor(context, `${path}/pairs?limit=${pairs}`, html !== undefined);
  if (html !== undefined && content.pairs !== undefined) {
    const file = resolve(context.settings.workingDirectory, html);
    // What users said, if redacted: for whoever wrote the file alone.
    await writeFile(file, renderMirror(report, content.pairs), { mode: 0o600 });
    return done(`Wrote ${html}: ${content.pairs.items.length} pairs.`, { file: html }, id);
  }
  const text = [
    describeMirror(foreign(report), context.paint),
    ...(content.pairs === undefined ? [] : [describePairs(foreign(content.pairs), context.paint)]),
    ...(content.why === undefined ? [] : [content.why]),
  ].join('\n\n');
  return done(
    text,
    { ...report, ...(content.pairs === undefined ? {} : { pairs: content.pairs.items }) },
    id,
  );
};

/** What was said is shown to who may read content; who may not is told so, and shown the figures. */
async function pairsFor(
  context: CommandContext,
  path: string,
  forFile: boolean,
): Promise<{ readonly pairs?: MirroredPairs; readonly why?: string }> {
  try {
    return { pairs: await context.api().read<MirroredPairs>(path) };
  } catch (error) {
    const told = error instanceof SluiceError && (error.code === 'forbidden' || error.code === 'conflict');
    if (forFile || !told) throw error;
    return {
      why: `What was asked and answered is not shown: ${error.message} ${error.remedy ?? ''}`.trimEnd(),
    };
  }
}
