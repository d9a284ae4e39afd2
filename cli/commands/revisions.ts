import type { KnownRevision } from '../../api/schemas/history.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { done } from '../output/outcome.ts';
import { table } from '../output/style.ts';
import type { Command } from './context.ts';
import { moreHint } from './more-hint.ts';

/** A page of an app's past in an environment. */
export interface PastOptions {
  readonly app: string;
  readonly environment: string;
  readonly limit: number;
  readonly cursor?: string;
}

/** The address of a page below an app. */
export function pastPath(
  what: 'revisions' | 'history',
  { app, environment, limit, cursor }: PastOptions,
): string {
  const query = new URLSearchParams({ environment, limit: String(limit) });
  if (cursor !== undefined) query.set('cursor', cursor);
  return `/v1/apps/${encodeURIComponent(app)}/${what}?${query.toString()}`;
}

/** Digits that tell one digest from the others, as commits are shown. */
const shownDigest = 'rev_'.length + 12;

function promptsText(prompts: KnownRevision['prompts']): string {
  return Object.entries(prompts)
    .map(([name, version]) => `${name}@${version.slice(0, 7)}`)
    .join(' ');
}

function stateText({ state, condemned }: KnownRevision): string {
  return condemned === undefined
    ? state
    : `${state}, found bad by ${condemned.actor}: ${oneLine(condemned.reason)}`;
}

function row(revision: KnownRevision): string[] {
  const { label, digest, prompts, chain, createdAt, createdBy, releases } = revision;
  return [
    ...[label, digest.slice(0, shownDigest), promptsText(prompts)],
    chain.map(({ provider, model }) => `${provider}/${model}`).join(' > '),
    ...[createdAt, createdBy, releases.map(({ id, state }) => `${id} ${state}`).join(', ')],
    stateText(revision),
  ];
}

const heading = ['LABEL', 'DIGEST', 'PROMPTS', 'CHAIN', 'PUBLISHED', 'BY', 'RELEASES', 'STATE'];

/** Lists the revisions of an app, newest first. */
export const revisions: Command<PastOptions> = async (context, options) => {
  const page = await context
    .api()
    .get<{ readonly items: KnownRevision[]; readonly nextCursor?: string }>(pastPath('revisions', options));
  const { app, environment, limit } = options;
  const text = page.items.length === 0 ? 'No revisions.' : table([heading, ...page.items.map(row)]);
  return done(text + moreHint(`revisions ${app}`, { environment, limit }, page.nextCursor), { ...page });
};
