import { describeLease, type Server } from '../../gateway/test-fixtures/lease-cases.ts';
import { useGateways } from '../../gateway/test-fixtures/use-gateways.ts';
import { startClient, type SluiceClient } from '../../clients/typescript/src/index.ts';
import { clientKind, type StartOptions } from './test-fixtures/client-kind.ts';

const gateways = useGateways();
const clients = new Set<SluiceClient>();

afterEach(async () => {
  const all = [...clients];
  clients.clear();
  await Promise.all(all.map((client) => client.close()));
});

async function startTypeScript(options: StartOptions): Promise<Server> {
  const client = await startClient(options);
  clients.add(client);
  return {
    ask() {
      const { arm, reason, revision } = client.decide();
      return Promise.resolve({ arm, reason, digest: revision.digest });
    },
    async stop() {
      clients.delete(client);
      await client.close();
    },
  };
}

describe('the client for TypeScript', () => {
  describeLease(gateways, () => Promise.resolve(clientKind(gateways, startTypeScript)));
});
