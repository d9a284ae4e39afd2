import { queryOptions } from '@tanstack/react-query';
import type { DashboardApi } from '../api/client.ts';
import { queryOf } from '../api/queries.ts';
import type { AuditEntry, AuditVerdict } from '../api/types.ts';
import type { AuditSearch } from './audit-search.ts';

interface AuditPage {
  readonly items: readonly AuditEntry[];
  readonly nextCursor?: string;
}

export const auditQuery = (api: DashboardApi, { app, cursor }: AuditSearch) =>
  queryOptions({
    queryKey: ['audit', app, cursor],
    queryFn: ({ signal }) => api.get<AuditPage>(`/v1/audit${queryOf({ app, cursor, limit: 50 })}`, signal),
  });

/** Recomputes the whole chain: asked for by a press, and not by itself. */
export const verdictQuery = (api: DashboardApi) =>
  queryOptions({
    queryKey: ['audit-verdict'],
    enabled: false,
    queryFn: ({ signal }) => api.get<AuditVerdict>('/v1/audit/verify', signal),
  });
