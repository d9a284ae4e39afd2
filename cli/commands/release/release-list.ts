import type { Release } from '../../../api/schemas/releases.ts';
import { done } from '../../output/outcome.ts';
import { stateText, table } from '../../output/style.ts';
import type { Command } from '../context.ts';
import { moreHint } from '../more-hint.ts';

export interface ReleaseListOptions {
  readonly app?: string;
  readonly state?: 'open' | 'closed';
  readonly limit: number;
  readonly cursor?: string;
}

interface ReleasePage {
  readonly items: Release[];
  readonly nextCursor?: string;
}

/** A state alone would say that a release goes on whose workers are dead. */
function conditionOf({ health }: Release): string {
  return health === undefined || ['well', 'paused'].includes(health.condition)
    ? ''
    : ` (${health.condition})`;
}

/** Lists releases, newest first. */
export const releaseList: Command<ReleaseListOptions> = async (context, options) => {
  const query = new URLSearchParams({ limit: String(options.limit) });
  if (options.app !== undefined) query.set('app', options.app);
  if (options.state !== undefined) query.set('state', options.state);
  if (options.cursor !== undefined) query.set('cursor', options.cursor);
  const page = await context.api().get<ReleasePage>(`/v1/releases?${query.toString()}`);
  const rows = page.items.map((release) => [
    release.id,
    release.app,
    release.label,
    release.createdAt,
    stateText(release.state, (_colour, text) => text) + conditionOf(release),
    release.reason ?? '',
  ]);
  const { app, state, limit } = options;
  const more = moreHint('release list', { app, state, limit }, page.nextCursor);
  const text =
    rows.length === 0 ? 'No releases.' : table([['ID', 'APP', 'LABEL', 'STARTED', 'STATE', ''], ...rows]);
  return done(text + more, { ...page });
};
