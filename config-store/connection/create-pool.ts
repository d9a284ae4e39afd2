import { Pool } from 'pg';
import { tlsOfUrl } from './connection-tls.ts';

export interface PoolOptions {
  readonly applicationName: string;
  /** Connections at most; 10 where absent. */
  readonly max?: number;
}

/** A session of ours whose client has gone silent the server ends within about ten seconds. */
const serverSettings = [
  'tcp_keepalives_idle=5',
  'tcp_keepalives_interval=2',
  'tcp_keepalives_count=3',
  'tcp_user_timeout=10000',
  // What the session is told, of the audit log say, is no less where a role or database is set to hear little.
  'client_min_messages=notice',
].map((setting) => `-c ${setting}`);

/** How every session of Sluice connects, those of listeners too. */
export function connectionSettings(url: string, applicationName: string) {
  return {
    ...tlsOfUrl(url),
    application_name: applicationName,
    connectionTimeoutMillis: 3_000,
    keepAlive: true,
    keepAliveInitialDelayMillis: 5_000,
    options: serverSettings.join(' '),
  };
}

/**
 * A pool of connections that never wait for ever: a session that sits in a transaction is ended after 2 s, so that
 * one half-open client cannot hold up a rollback; a lock is waited for a little longer than that.
 */
export function createPool(url: string, { applicationName, max = 10 }: PoolOptions): Pool {
  const pool = new Pool({
    ...connectionSettings(url, applicationName),
    max,
    statement_timeout: 10_000,
    lock_timeout: 3_000,
    idle_in_transaction_session_timeout: 2_000,
    // The client's own clock, for a server that no longer answers at all.
    query_timeout: 12_000,
  });
  // A connection that breaks is replaced at the next query, which is where its failure shows; without a listener
  // the event would end the process.
  pool.on('error', () => undefined);
  pool.on('connect', (client) => client.on('error', () => undefined));
  return pool;
}
