import type { CreatedToken, RevokedToken, RotatedToken, TokenPage } from '../../../api/schemas/tokens.ts';
import { done } from '../../output/outcome.ts';
import { table } from '../../output/style.ts';
import type { Command } from '../context.ts';
import { moreHint } from '../more-hint.ts';

export interface TokenCreateOptions {
  readonly name: string;
  readonly role: string;
  readonly app?: string[];
  readonly action?: string[];
  readonly subject?: string;
  readonly content: boolean;
  /** A duration. */
  readonly expiresIn?: string;
}

/** Makes a token. It alone stands on standard output, so that a script can take it; it is shown this once. */
export const tokenCreate: Command<TokenCreateOptions> = async (context, options) => {
  const { name, role, app: apps, action: actions, subject, content, expiresIn } = options;
  const body = { name, role, apps, actions, subject, expiresIn, ...(content ? { content } : {}) };
  const created = await context.api().post<CreatedToken>('/v1/tokens', body);
  const until = created.expiresAt === undefined ? '' : `, good until ${created.expiresAt}`;
  context.tell(`made the token "${name}" with the role ${role}${until}; it is shown this once:`);
  return done(created.token, { ...created });
};

/** Puts another token in the place of one. The new one alone stands on standard output. */
export const tokenRotate: Command<{
  readonly name: string;
  readonly overlap: string;
  readonly expiresIn?: string;
}> = async (context, { name, overlap, expiresIn }) => {
  const path = `/v1/tokens/${encodeURIComponent(name)}/rotate`;
  const rotated = await context.api().post<RotatedToken>(path, { overlap, expiresIn });
  context.tell(
    `rotated the token "${name}"; the old one is good until ${rotated.oldUntil}. The new one, this once:`,
  );
  return done(rotated.token, { ...rotated });
};

type Listed = TokenPage['items'][number];

function stateOf({ revokedAt, replacedAt, expiresAt }: Listed): string {
  if (revokedAt !== undefined) return `revoked ${revokedAt}`;
  if (expiresAt !== undefined && Date.parse(expiresAt) <= Date.now()) return `expired ${expiresAt}`;
  if (replacedAt !== undefined) return `replaced, good until ${expiresAt ?? '?'}`;
  return expiresAt === undefined ? 'valid' : `valid until ${expiresAt}`;
}

function scopeOf({ apps, actions, content }: Listed): string {
  const parts = [
    ...(apps ?? []),
    ...(actions ?? []).map((action) => `:${action}`),
    ...(content ? ['+content'] : []),
  ];
  return parts.length === 0 ? 'all' : parts.join(' ');
}

/** Lists tokens by name; never the tokens themselves. */
export const tokenList: Command<{ readonly limit: number; readonly cursor?: string }> = async (
  context,
  { limit, cursor },
) => {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor !== undefined) query.set('cursor', cursor);
  const page = await context.api().get<TokenPage>(`/v1/tokens?${query.toString()}`);
  const rows = page.items.map((token) => [
    ...[token.name, token.role, token.subject, scopeOf(token), token.createdAt],
    ...[token.lastUsedAt ?? 'never', stateOf(token)],
  ]);
  const more = moreHint('token list', { limit }, page.nextCursor);
  const heads = ['NAME', 'ROLE', 'SUBJECT', 'SCOPE', 'MADE', 'USED', 'STATE'];
  const text = rows.length === 0 ? 'No tokens.' : table([heads, ...rows]);
  return done(text + more, { ...page });
};

/** Makes a token invalid for ever. */
export const tokenRevoke: Command<{ readonly name: string }> = async (context, { name }) => {
  const result = await context.api().post<RevokedToken>(`/v1/tokens/${encodeURIComponent(name)}/revoke`, {});
  const text = result.revoked ? `The token "${name}" is revoked.` : `The token "${name}" was revoked before.`;
  return done(text, { ...result });
};
