import { Client, Connection } from '@temporalio/client';
import { Pool } from 'pg';
import { startWorld, type DemoWorld } from '../../../examples/demo/world.ts';
import { waitFor } from '../../support/wait-for.ts';
import { openReleases, type Releases } from './releases.ts';

export interface FaultWorld {
  world: DemoWorld;
  db: Pool;
  /** Made anew where it is asked for: Temporal goes and comes back in these tests. */
  temporal<T>(ask: (client: Client) => Promise<T>): Promise<T>;
  releases: Releases;
}

const setUpMs = 120_000;

async function withClient<T>(address: string, ask: (client: Client) => Promise<T>): Promise<T> {
  const connection = await Connection.connect({ address });
  try {
    return await ask(new Client({ connection }));
  } finally {
    await connection.close();
  }
}

/**
 * One real stack for a test file, with a stable revision and some traffic; what a test left open is rolled back.
 *
 * @param env settings of the stack's programs beside those of a demo.
 */
export function useFaultWorld(ratePerSecond: number, env: Record<string, string> = {}): () => FaultWorld {
  let opened: FaultWorld | undefined;
  const current = (): FaultWorld => {
    if (opened === undefined) throw new Error('The world has not started.');
    return opened;
  };

  beforeAll(async () => {
    const world = await startWorld({
      dataDirectory: undefined,
      vendors: undefined,
      onProgress: () => undefined,
      env,
    });
    const { databaseUrl, temporalAddress } = world.stack.connections;
    const db = new Pool({ connectionString: databaseUrl, max: 3, connectionTimeoutMillis: 2_000 });
    // PostgreSQL is killed in these tests, and its sessions with it.
    db.on('error', () => undefined);
    const releases = openReleases(world, db);
    opened = { world, db, releases, temporal: (ask) => withClient(temporalAddress, ask) };
    await releases.createApp();
    world.traffic.setRate(ratePerSecond);
    await waitFor(() => world.traffic.records().length > 20, { what: 'some traffic', timeoutMs: 30_000 });
  }, setUpMs);

  afterEach(async () => {
    await opened?.releases.endOpen();
  }, 60_000);

  afterAll(async () => {
    await opened?.db.end();
    await opened?.world.stop();
  }, setUpMs);

  return current;
}
