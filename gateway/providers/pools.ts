import { Pool } from 'undici';

/** What sends requests to an origin. */
export type OriginPool = Pick<Pool, 'dispatch'>;

/** Connections kept open to providers, one pool an origin. */
export interface Pools {
  of(origin: string): OriginPool;
  /** Ends all connections, those in use as well. */
  close(): Promise<void>;
}

/** A connection that nobody waits for any more is given up after this long. */
const connectLimitMs = 30_000;

export function createPools(): Pools {
  const pools = new Map<string, Pool>();
  return {
    of(origin) {
      const known = pools.get(origin);
      if (known !== undefined) return known;
      const pool = new Pool(origin, {
        // The gateway's own timers, which are each target's, say when to give up.
        connect: { timeout: connectLimitMs },
        headersTimeout: 0,
        bodyTimeout: 0,
        // One answer a connection: no answer waits behind another one's window.
        allowH2: false,
      });
      pools.set(origin, pool);
      return pool;
    },
    async close() {
      const all = [...pools.values()];
      pools.clear();
      await Promise.all(all.map((pool) => pool.destroy()));
    },
  };
}
