import { queryOptions } from '@tanstack/react-query';
import type { DashboardApi } from '../api/client.ts';
import { read } from '../api/queries.ts';
import type { GatewaysView } from '../api/types.ts';

/** Nobody tells of a heartbeat. */
const everyMs = 5_000;

export const gatewaysQuery = (api: DashboardApi) =>
  queryOptions({
    queryKey: ['gateways'],
    refetchInterval: everyMs,
    queryFn: ({ signal }) => read(() => api.get<GatewaysView>('/v1/gateways', signal)),
  });
