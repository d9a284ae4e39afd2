import { queryOptions } from '@tanstack/react-query';
import type { DashboardApi } from '../api/client.ts';
import { queryOf } from '../api/queries.ts';
import type { ComparedRevisions, KnownRevision, SplitChange } from '../api/types.ts';

interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string;
}

const pathOf = (app: string) => `/v1/apps/${encodeURIComponent(app)}`;

export const revisionsQuery = (api: DashboardApi, app: string, environment: string) =>
  queryOptions({
    queryKey: ['app', app, 'revisions', environment],
    queryFn: ({ signal }) =>
      api.get<PageOf<KnownRevision>>(`${pathOf(app)}/revisions${queryOf({ environment })}`, signal),
  });

export const historyQuery = (api: DashboardApi, app: string, environment: string) =>
  queryOptions({
    queryKey: ['app', app, 'history', environment],
    queryFn: ({ signal }) =>
      api.get<PageOf<SplitChange>>(`${pathOf(app)}/history${queryOf({ environment })}`, signal),
  });

export const compareQuery = (api: DashboardApi, app: string, from: string, to: string) =>
  queryOptions({
    queryKey: ['app', app, 'compare', from, to],
    // Revisions never change.
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      api.get<ComparedRevisions>(`${pathOf(app)}/compare${queryOf({ from, to })}`, signal),
  });

interface ShownPolicy {
  readonly version: number;
  readonly policy: unknown;
}

export const policyQuery = (api: DashboardApi, app: string) =>
  queryOptions({
    queryKey: ['app', app, 'policy'],
    queryFn: ({ signal }) => api.get<ShownPolicy>(`${pathOf(app)}/policy`, signal),
  });
