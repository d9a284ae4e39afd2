import type { PoolClient } from 'pg';
import type { AuditedWorld } from '../audited-world.ts';

export interface Forgery {
  name: string;
  /** Triggers are on: what is done is what the database lets its owner do. */
  withTriggers?: boolean;
  /** The forger can write the file of heads as well, or there is none. */
  withoutHeads?: boolean;
  forge: (client: PoolClient, world: AuditedWorld) => Promise<unknown>;
}

export const sql = (name: string, statement: string, more: Partial<Forgery> = {}): Forgery => ({
  name,
  forge: (client) => client.query(statement),
  ...more,
});
