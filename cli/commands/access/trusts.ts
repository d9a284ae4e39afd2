import type { Trust, TrustPage } from '../../../api/schemas/trusts.ts';
import type { OidcProvider } from '../../../domain/access/oidc.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { done } from '../../output/outcome.ts';
import { table } from '../../output/style.ts';
import type { Command } from '../context.ts';
import { moreHint } from '../more-hint.ts';

export interface TrustAddOptions {
  readonly provider: OidcProvider;
  readonly name: string;
  readonly repositoryId: string;
  readonly ref: string;
  readonly environment?: string;
  readonly anyEnvironment: boolean;
  readonly workflow: string;
  readonly event?: string[];
  readonly issuer?: string;
  readonly audience?: string;
  readonly role: string;
  readonly app?: string[];
  readonly action?: string[];
  readonly ttl: string;
}

/** The environment that is pinned; null where its lack is said aloud. */
function environmentOf({ environment, anyEnvironment }: TrustAddOptions): string | null {
  if (environment !== undefined && !anyEnvironment) return environment;
  if (environment === undefined && anyEnvironment) return null;
  throw new SluiceError('usage', 'Say which environment the job runs in, or that any will do.', {
    remedy: 'Give --environment <name> or --any-environment.',
  });
}

function describe({ provider, repositoryId, ref, environment, workflow }: Trust): string {
  return `${provider} ${repositoryId} ${workflow}@${ref}, environment ${environment ?? 'any'}`;
}

/** Trusts the runs of a workflow, so that they need no stored token. */
export const trustAdd: Command<TrustAddOptions> = async (context, options) => {
  const { app: apps, action: actions, event: events, anyEnvironment: _any, ...pinned } = options;
  const audience = options.audience ?? context.settings.apiUrl?.replace(/\/$/, '');
  const body = { ...pinned, environment: environmentOf(options), audience, events, apps, actions };
  const trust = await context.api().post<Trust>('/v1/trusts', body);
  const text = `"${trust.name}" is trusted with the role ${trust.role}: ${describe(trust)}, for the audience ${trust.audience}.`;
  return done(text, { ...trust });
};

/** Lists whose runs are trusted. */
export const trustList: Command<{ readonly limit: number; readonly cursor?: string }> = async (
  context,
  { limit, cursor },
) => {
  const query = new URLSearchParams({ limit: String(limit) });
  if (cursor !== undefined) query.set('cursor', cursor);
  const page = await context.api().get<TrustPage>(`/v1/trusts?${query.toString()}`);
  const rows = page.items.map((trust) => [
    ...[trust.name, trust.role, trust.apps?.join(' ') ?? 'all', describe(trust), trust.audience],
  ]);
  const text = rows.length === 0 ? 'None.' : table([['NAME', 'ROLE', 'APPS', 'RUNS', 'AUDIENCE'], ...rows]);
  return done(text + moreHint('trust list', { limit }, page.nextCursor), { ...page });
};

/** Trusts these runs no more. */
export const trustRemove: Command<{ readonly name: string }> = async (context, { name }) => {
  const path = `/v1/trusts/${encodeURIComponent(name)}/remove`;
  const result = await context.api().post<{ readonly removed: boolean }>(path, {});
  const text = result.removed ? `"${name}" is not trusted any more.` : `There is no trust named "${name}".`;
  return done(text, { ...result });
};
