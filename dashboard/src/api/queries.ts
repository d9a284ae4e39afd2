import { queryOptions } from '@tanstack/react-query';
import type { DashboardApi } from './client.ts';
import type { App, AppView, WhoAsks, Explanation, ReleaseBoard, ReleaseChart, ReleaseView } from './types.ts';

/** The first word of what is asked for what people and models have said: no change and no silence has it asked again. */
export const contentKey = 'content';

/** A query string of what is set. */
export function queryOf(values: Readonly<Record<string, string | number | undefined>>): string {
  const set = Object.entries(values).filter(([, value]) => value !== undefined && value !== '');
  return set.length === 0
    ? ''
    : `?${new URLSearchParams(set.map(([name, value]) => [name, String(value)])).toString()}`;
}

/** An answer, and when it was asked for by this machine's clock: it is no newer than that, however late it came. */
export type Read<Body> = Body & { readonly askedMs: number };

export async function read<Body extends object>(answer: () => Promise<Body>): Promise<Read<Body>> {
  const askedMs = Date.now();
  return { ...(await answer()), askedMs };
}

export const callerQuery = (api: DashboardApi) =>
  queryOptions({
    queryKey: ['me'],
    queryFn: ({ signal }) => api.get<WhoAsks>('/v1/me', signal),
    staleTime: 5 * 60_000,
  });

export interface BoardSearch {
  readonly app?: string | undefined;
  readonly environment?: string | undefined;
  readonly state?: string | undefined;
  readonly needs?: 'me' | undefined;
  readonly page?: number | undefined;
}

export const boardQuery = (api: DashboardApi, filter: BoardSearch) =>
  queryOptions({
    queryKey: ['board', filter],
    queryFn: ({ signal }) => read(() => api.get<ReleaseBoard>(`/v1/board${queryOf({ ...filter })}`, signal)),
  });

export const releaseQuery = (api: DashboardApi, id: string) =>
  queryOptions({
    queryKey: ['release', id, 'view'],
    queryFn: ({ signal }) =>
      read(() => api.get<ReleaseView>(`/v1/releases/${encodeURIComponent(id)}/view`, signal)),
  });

export const chartQuery = (api: DashboardApi, id: string) =>
  queryOptions({
    queryKey: ['release', id, 'chart'],
    queryFn: ({ signal }) => api.get<ReleaseChart>(`/v1/releases/${encodeURIComponent(id)}/chart`, signal),
  });

export const explanationQuery = (api: DashboardApi, id: string) =>
  queryOptions({
    queryKey: ['release', id, 'explanation'],
    queryFn: ({ signal }) =>
      api.get<Explanation>(`/v1/releases/${encodeURIComponent(id)}/explanation`, signal),
  });

interface AppPage {
  readonly items: readonly App[];
  readonly nextCursor?: string;
}

export const appsQuery = (api: DashboardApi, cursor?: string) =>
  queryOptions({
    queryKey: ['apps', cursor],
    queryFn: ({ signal }) => api.get<AppPage>(`/v1/apps${queryOf({ cursor })}`, signal),
  });

export const appQuery = (api: DashboardApi, app: string) =>
  queryOptions({
    queryKey: ['app', app, 'view'],
    queryFn: ({ signal }) => read(() => api.get<AppView>(`/v1/apps/${encodeURIComponent(app)}/view`, signal)),
  });
