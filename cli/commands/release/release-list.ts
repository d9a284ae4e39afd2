import type { Release } from '../../../api/schemas/releases.ts';
import { ageText } from '../../output/text/age.ts';
import { done } from '../../output/outcome.ts';
import { shareText } from '../../output/text/share-text.ts';
import { endedText, table, type Paint } from '../../output/style.ts';
import type { Command, CommandContext } from '../context.ts';
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

/** Is there something that somebody should do about it? */
function needsSomebody({ state, health }: Release): boolean {
  return state === 'paused' || (health !== undefined && health.condition !== 'well');
}

async function readPage(context: CommandContext, options: ReleaseListOptions): Promise<ReleasePage> {
  const { app, state, limit, cursor } = options;
  const given = Object.entries({ app, state, cursor }).filter(([, value]) => value !== undefined);
  const query = new URLSearchParams([['limit', String(limit)], ...(given as [string, string][])]);
  return context.api().get<ReleasePage>(`/v1/releases?${query.toString()}`);
}

/** What needs somebody, then what else is open, then what is closed; each newest first. */
async function readInOrder(context: CommandContext, options: ReleaseListOptions): Promise<ReleasePage> {
  if (options.state !== undefined || options.cursor !== undefined) return readPage(context, options);
  const open = await readPage(context, { ...options, state: 'open' });
  const sorted = [true, false].flatMap((needs) => open.items.filter((each) => needsSomebody(each) === needs));
  const left = options.limit - open.items.length;
  if (left <= 0) return { items: sorted };
  const closed = await readPage(context, { ...options, state: 'closed', limit: left });
  return { ...closed, items: [...sorted, ...closed.items] };
}

const unpainted: Paint = (_colour, text) => text;
const heading = ['', 'STATE', 'APP', 'LABEL', 'WEIGHT', 'AGE', 'ID', ''];

function row(release: Release): string[] {
  const { id, app, label, createdAt, weight, audience, reason = '' } = release;
  const isServed = weight > 0 || audience !== undefined;
  return [
    needsSomebody(release) ? '!' : '',
    endedText(release, unpainted) + conditionOf(release),
    ...[app, label, isServed ? shareText(release) : ''],
    ageText(Date.now() - Date.parse(createdAt)),
    ...[id, reason],
  ];
}

/** Lists releases: those that need somebody first, then other open ones, then the newest. */
export const releaseList: Command<ReleaseListOptions> = async (context, options) => {
  const { items, nextCursor } = await readInOrder(context, options);
  const { app, state, limit } = options;
  const ofClosed = { app, state: state ?? 'closed', limit };
  const more = moreHint('release list', ofClosed, nextCursor);
  const text = items.length === 0 ? 'No releases.' : table([heading, ...items.map(row)]);
  return done(text + more, { items, ...(nextCursor === undefined ? {} : { nextCursor }) });
};
