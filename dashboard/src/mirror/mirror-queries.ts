import { queryOptions } from '@tanstack/react-query';
import type { DashboardApi } from '../api/client.ts';
import { contentKey } from '../api/queries.ts';
import type { MirroredPairs, MirrorReport } from '../api/types.ts';

const pathOf = (id: string) => `/v1/releases/${encodeURIComponent(id)}/mirror`;

export const mirrorQuery = (api: DashboardApi, id: string) =>
  queryOptions({
    queryKey: ['release', id, 'mirror'],
    queryFn: ({ signal }) => api.get<MirrorReport>(pathOf(id), signal),
  });

export const pairsQuery = (api: DashboardApi, id: string) =>
  queryOptions({
    // Each read of content stands in the audit log: it is read when it is opened, and not again by itself.
    queryKey: [contentKey, 'pairs', id],
    staleTime: Infinity,
    queryFn: ({ signal }) => api.get<MirroredPairs>(`${pathOf(id)}/pairs?limit=50`, signal),
  });
