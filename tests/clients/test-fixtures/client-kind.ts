import { join } from 'node:path';
import type { Server, ServerKind } from '../../../gateway/test-fixtures/lease-cases.ts';
import { keyFor, type useGateways } from '../../../gateway/test-fixtures/use-gateways.ts';
import type { CuttableProxy } from '../../support/cuttable-proxy.ts';
import type { DrivenClient } from './driven-client.ts';

/** Clients as servers of apps; what the test cuts is their way to the gateway. */
export function clientKind(gateways: ReturnType<typeof useGateways>, drive: () => DrivenClient): ServerKind {
  let proxy: CuttableProxy | undefined;
  const started = async (app: string, name: string, url: string): Promise<Server> => {
    const { db, folder } = gateways.stage;
    const { key } = await keyFor(db, app);
    const stateDirectory = join(folder, 'clients', name);
    const client = drive();
    await client.start({ app, key, name, stateDirectory, gateways: [url], startTimeoutMs: 60_000 });
    return {
      async ask() {
        const { arm, reason, revision } = await client.decide();
        return { arm, reason, digest: revision.digest };
      },
      stop: () => client.close(),
    };
  };
  return {
    async start(app, id, { pollMs = 100 } = {}) {
      const { url } = await gateways.start({ pollMs });
      return started(app, id, url);
    },
    async startCuttable(app, id) {
      proxy ??= await gateways.proxyTo((await gateways.start()).url);
      return started(app, id, proxy.url);
    },
    cut: async () => proxy?.cut(),
    mend: async () => proxy?.mend(),
    async ackOf(app, id) {
      const { rows } = await gateways.stage.db.query<{ version: number }>(
        `select version::int from split_client where app = $1 and name = $2 order by started_at desc`,
        [app, id],
      );
      return rows[0]?.version;
    },
  };
}
