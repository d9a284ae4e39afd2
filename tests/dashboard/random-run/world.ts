import { Pool } from 'pg';
import type { Browser } from 'playwright-core';
import { startWorld, type DemoWorld } from '../../../examples/demo/world.ts';
import { openReleases, type Releases } from '../../faults/test-fixtures/releases.ts';
import { startBrowser } from '../test-fixtures/browser.ts';

export interface RandomWorld {
  readonly world: DemoWorld;
  readonly db: Pool;
  readonly releases: Releases;
  readonly browser: Browser;
}

/** A whole stack with traffic, and a browser, for as long as something is done with them. */
export async function withRandomWorld<Result>(
  does: (world: RandomWorld) => Promise<Result>,
): Promise<Result> {
  const browser = await startBrowser();
  const world = await startWorld({
    dataDirectory: undefined,
    vendors: undefined,
    onProgress: () => undefined,
  });
  const db = new Pool({ connectionString: world.stack.connections.databaseUrl, max: 3 });
  try {
    const releases = openReleases(world, db);
    await releases.createApp();
    world.traffic.setRate(6);
    return await does({ world, db, releases, browser });
  } finally {
    await db.end();
    await world.stop();
    await browser.close();
  }
}
