import type { CreatedKey, KeyPage, RevokedKey } from '../../../api/schemas/keys.ts';
import { done } from '../../output/outcome.ts';
import { table } from '../../output/style.ts';
import type { Command } from '../context.ts';
import { moreHint } from '../more-hint.ts';

export interface KeyCreateOptions {
  readonly name: string;
  readonly app: string[];
  readonly scope: string[];
  readonly environment?: string[];
  readonly perMinute?: number;
  readonly inFlight?: number;
}

/** Makes a gateway key. It alone stands on standard output, so that a script can take it; it is shown this once. */
export const keyCreate: Command<KeyCreateOptions> = async (context, options) => {
  const { name, app: apps, scope: scopes, environment, perMinute, inFlight } = options;
  const created = await context.api().post<CreatedKey>('/v1/keys', {
    name,
    apps,
    scopes,
    ...(environment === undefined ? {} : { environments: environment }),
    ...(perMinute === undefined ? {} : { requestsPerMinute: perMinute }),
    ...(inFlight === undefined ? {} : { inFlight }),
  });
  context.tell(
    `made the key "${name}" for ${apps.join(', ')} (${scopes.join(', ')}); it is shown this once:`,
  );
  return done(created.key, { ...created });
};

/** Lists gateway keys by name; never the keys themselves. */
export const keyList: Command<{
  readonly app?: string;
  readonly limit: number;
  readonly cursor?: string;
}> = async (context, options) => {
  const { app, limit, cursor } = options;
  const query = new URLSearchParams({ limit: String(limit) });
  if (app !== undefined) query.set('app', app);
  if (cursor !== undefined) query.set('cursor', cursor);
  const page = await context.api().get<KeyPage>(`/v1/keys?${query.toString()}`);
  const rows = page.items.map((key) => [
    key.name,
    key.apps.join(' '),
    key.scopes.join(' '),
    key.environments?.join(' ') ?? 'all',
    key.createdAt,
    key.revokedAt === undefined ? 'valid' : `revoked ${key.revokedAt}`,
  ]);
  const heads = ['NAME', 'APPS', 'SCOPES', 'ENVIRONMENTS', 'MADE', 'STATE'];
  const more = moreHint('key list', { app, limit }, page.nextCursor);
  return done((rows.length === 0 ? 'No keys.' : table([heads, ...rows])) + more, { ...page });
};

/** Makes a gateway key invalid for ever. */
export const keyRevoke: Command<{ readonly name: string }> = async (context, { name }) => {
  const result = await context.api().post<RevokedKey>(`/v1/keys/${encodeURIComponent(name)}/revoke`, {});
  const text = result.revoked ? `The key "${name}" is revoked.` : `The key "${name}" was revoked before.`;
  return done(text, { ...result });
};
