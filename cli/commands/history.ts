import type { SplitChange } from '../../api/schemas/history.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { done } from '../output/outcome.ts';
import { shareText } from '../output/text/share-text.ts';
import { table } from '../output/style.ts';
import type { Command } from './context.ts';
import { moreHint } from './more-hint.ts';
import { pastPath, type PastOptions } from './revisions.ts';

function row({ version, at, kind, stable, candidate, tookOut, actor, reason }: SplitChange): string[] {
  const outOfIt = tookOut.length === 0 ? '' : ` (took out ${tookOut.map(({ label }) => label).join(', ')})`;
  return [
    ...[`v${version}`, at, kind + outOfIt, stable?.label ?? '–'],
    candidate === undefined ? '' : `${candidate.label} at ${shareText(candidate)}`,
    ...[actor, oneLine(reason)],
  ];
}

const heading = ['SPLIT', 'AT', 'CHANGE', 'STABLE', 'CANDIDATE', 'BY', 'REASON'];

/** Lists what an app has served, newest first. */
export const history: Command<PastOptions> = async (context, options) => {
  const page = await context
    .api()
    .get<{ readonly items: SplitChange[]; readonly nextCursor?: string }>(pastPath('history', options));
  const { app, environment, limit } = options;
  const text =
    page.items.length === 0 ? 'It has served nothing yet.' : table([heading, ...page.items.map(row)]);
  return done(text + moreHint(`history ${app}`, { environment, limit }, page.nextCursor), { ...page });
};
