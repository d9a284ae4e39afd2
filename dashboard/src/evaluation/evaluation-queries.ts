import { queryOptions } from '@tanstack/react-query';
import type { DashboardApi } from '../api/client.ts';
import { contentKey, queryOf } from '../api/queries.ts';
import type { EvaluatedCase, EvaluationMatrix } from '../api/types.ts';
import type { ReleaseSearch } from '../release/release-search.ts';

const pathOf = (id: string) => `/v1/releases/${encodeURIComponent(id)}/evaluation`;

export const matrixQuery = (api: DashboardApi, id: string, { show, page }: ReleaseSearch) =>
  queryOptions({
    queryKey: ['release', id, 'evaluation', show, page],
    queryFn: ({ signal }) => api.get<EvaluationMatrix>(`${pathOf(id)}${queryOf({ show, page })}`, signal),
  });

export const caseQuery = (api: DashboardApi, id: string, name: string) =>
  queryOptions({
    // As mirrored pairs: content is not read again by itself.
    queryKey: [contentKey, 'case', id, name],
    staleTime: Infinity,
    queryFn: ({ signal }) =>
      api.get<EvaluatedCase>(`${pathOf(id)}/cases/${encodeURIComponent(name)}`, signal),
  });
