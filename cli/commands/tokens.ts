import type { CreatedToken, RevokedToken, TokenPage } from '../../api/schemas/tokens.ts';
import { done } from '../output/outcome.ts';
import { table } from '../output/style.ts';
import type { Command } from './context.ts';
import { moreHint } from './more-hint.ts';

/** Makes a token. It alone stands on standard output, so that a script can take it; it is shown this once. */
export const tokenCreate: Command<{ name: string; role: string }> = async (context, { name, role }) => {
  const created = await context.api().post<CreatedToken>('/v1/tokens', { name, role });
  context.tell(`made the token "${name}" with the role ${role}; it is shown this once:`);
  return done(created.token, { ...created });
};

/** Lists tokens by name; never the tokens themselves. */
export const tokenList: Command<{ limit: number; cursor?: string }> = async (context, { limit, cursor }) => {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor !== undefined) query.set('cursor', cursor);
  const page = await context.api().get<TokenPage>(`/v1/tokens?${query.toString()}`);
  const rows = page.items.map(({ name, role, createdAt, revokedAt }) => [
    name,
    role,
    createdAt,
    revokedAt === undefined ? 'valid' : `revoked ${revokedAt}`,
  ]);
  const more = moreHint('token list', { limit }, page.nextCursor);
  const text = rows.length === 0 ? 'No tokens.' : table([['NAME', 'ROLE', 'MADE', 'STATE'], ...rows]);
  return done(text + more, { ...page });
};

/** Makes a token invalid for ever. */
export const tokenRevoke: Command<{ name: string }> = async (context, { name }) => {
  const result = await context.api().post<RevokedToken>(`/v1/tokens/${encodeURIComponent(name)}/revoke`, {});
  const text = result.revoked ? `The token "${name}" is revoked.` : `The token "${name}" was revoked before.`;
  return done(text, { ...result });
};
