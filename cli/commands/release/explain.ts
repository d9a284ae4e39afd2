import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { explanationSchema } from '../../../domain/explanation/explanation.ts';
import { exitCodes } from '../../../domain/errors.ts';
import { explanationSvg } from '../../explain/svg.ts';
import { explanationBlock } from '../../output/describe-explanation.ts';
import { done } from '../../output/outcome.ts';
import { foreign } from '../../output/printable.ts';
import type { Command } from '../context.ts';
import { contentBlocks, pairsFor, pathOfPairs } from '../pairs-for.ts';

export interface ExplainOptions {
  readonly id: string;
  /** Have its looks judged again from their stored counts. */
  readonly recompute: boolean;
  /** Show what the answers to look at say, to who may read content. */
  readonly examples: boolean;
  /** A file for the course of its evidence. */
  readonly svg?: string;
}

const mostExamples = 3;

/** Says why a release went as it did; ends with 17 where its looks do not come to what is stored. */
export const explain: Command<ExplainOptions> = async (context, { id, recompute, examples, svg }) => {
  const path = `/v1/releases/${encodeURIComponent(id)}/explanation${recompute ? '?recompute=true' : ''}`;
  const explanation = explanationSchema.parse(await context.api().read(path));
  if (svg !== undefined) {
    await writeFile(resolve(context.settings.workingDirectory, svg), explanationSvg(explanation));
    context.tell(`Wrote ${svg}.`);
  }
  const content = examples ? await pairsFor(context, pathOfPairs(id, mostExamples)) : {};
  const shown = done(
    [explanationBlock(foreign(explanation), context.paint), ...contentBlocks(content, context.paint)].join(
      '\n\n',
    ),
    { explanation, ...(content.pairs === undefined ? {} : { examples: content.pairs.items }) },
    explanation.release.id,
  );
  if (explanation.recomputed?.agrees !== false) return shown;
  return { ...shown, code: exitCodes.conflict, word: 'not_recomputed' };
};
