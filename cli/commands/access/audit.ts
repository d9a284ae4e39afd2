import type { AuditEntry } from '../../../api/schemas/audit.ts';
import { oneLine } from '../../../domain/text/one-line.ts';
import { done } from '../../output/outcome.ts';
import { table } from '../../output/style.ts';
import type { Command } from '../context.ts';
import { idOfRelease } from '../naming/of-release.ts';
import { moreHint } from '../more-hint.ts';

export interface AuditOptions {
  readonly app?: string;
  readonly release?: string;
  readonly all?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

interface AuditPage {
  readonly items: AuditEntry[];
  readonly nextCursor?: string;
}

/** Shows who did what, newest first. */
export const audit: Command<AuditOptions> = async (context, options) => {
  const query = new URLSearchParams({ limit: String(options.limit) });
  if (options.app !== undefined) query.set('app', options.app);
  if (options.release !== undefined)
    query.set('releaseId', await idOfRelease(context.api(), options.release));
  if (options.all === true) query.set('all', 'true');
  if (options.cursor !== undefined) query.set('cursor', options.cursor);
  const page = await context.api().get<AuditPage>(`/v1/audit?${query.toString()}`);
  const rows = page.items.map(({ at, actor, action, app, environment, details }) => [
    at,
    actor,
    action,
    [app, environment].filter((part) => part !== undefined).join('/'),
    typeof details['reason'] === 'string' ? oneLine(details['reason']) : '',
  ]);
  const { app, release, limit } = options;
  const more = moreHint('audit', { app, release, limit }, page.nextCursor);
  const text = rows.length === 0 ? 'No entries.' : table([['AT', 'WHO', 'WHAT', 'WHERE', 'WHY'], ...rows]);
  return done(text + more, { ...page });
};
