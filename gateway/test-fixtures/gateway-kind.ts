import type { CuttableProxy } from '../../tests/support/cuttable-proxy.ts';
import type { Server, ServerKind } from './lease-cases.ts';
import { ask, type useGateways } from './use-gateways.ts';

/** Gateways as servers of apps; what the test cuts is their way to the database. */
export function gatewayKind(gateways: ReturnType<typeof useGateways>): ServerKind {
  let proxy: CuttableProxy | undefined;
  const start = async (settings: Parameters<typeof gateways.start>[0]): Promise<Server> => {
    const gateway = await gateways.start(settings);
    expect((await fetch(`${gateway.url}/readyz`)).status).toBe(200);
    return {
      ask: (app) => ask(gateway.url, app),
      stop: () => gateways.stop(gateway),
    };
  };
  return {
    start: (_app, gatewayId, { pollMs = 100 } = {}) => start({ gatewayId, pollMs }),
    async startCuttable(_app, gatewayId) {
      proxy ??= await gateways.proxyToDatabase();
      return start({ gatewayId, databaseUrl: proxy.url });
    },
    cut: async () => proxy?.cut(),
    mend: async () => proxy?.mend(),
    async ackOf(app, id) {
      const { rows } = await gateways.stage.db.query<{ acks: Record<string, number> }>(
        'select acks from gateway_instance where id = $1 order by started_at desc',
        [id],
      );
      return rows[0]?.acks[app];
    },
  };
}
