import { createDataKeys } from '../../program/data-keys.ts';
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pino } from 'pino';
import type { Revision } from '../../domain/revision/revision.ts';
import { systemClock } from '../../gateway/clock.ts';
import type { BoundEnvironment } from '../../gateway/config/bind-revision.ts';
import { startGateway } from '../../gateway/start-gateway.ts';
import { createHeldStore } from './held-store.ts';

/** A gateway of an evaluation's own. */
export interface PrivateGateway {
  readonly baseUrl: string;
  readonly internalToken: string;
}

export interface PrivateGatewayOptions {
  readonly revisions: readonly Revision[];
  readonly environment: string;
  /** Where the providers are. */
  readonly bound: BoundEnvironment;
}

/** It has nothing to look up anew, for its revisions never change. */
const pollMs = 10_000;
/** Nobody else asks it. */
const bodiesInFlightBytes = 1024 * 1024 * 1024;

/**
 * Starts production's gateway in this process with some revisions in memory, and stops it when the work is done or has
 * failed: what is evaluated goes the way that production goes, without a server to set up.
 */
export async function withPrivateGateway<T>(
  { revisions, environment, bound }: PrivateGatewayOptions,
  use: (gateway: PrivateGateway) => Promise<T>,
): Promise<T> {
  const internalToken = randomBytes(32).toString('base64url');
  const gateway = await startGateway(
    {
      gatewayId: 'eval',
      environment,
      host: '127.0.0.1',
      port: 0,
      admin: { host: '127.0.0.1', port: 0 },
      hosts: [],
      keys: 'open',
      // Nothing is ever stable here, so that there is nothing to keep.
      stateDirectory: join(tmpdir(), `sluice-eval-${process.pid}`),
      bound,
      dataKeys: createDataKeys([randomBytes(32)]),
      internalToken,
      bodiesInFlightBytes,
      pollMs,
    },
    {
      clock: systemClock,
      log: pino({ level: 'silent' }),
      connect: () => createHeldStore(revisions),
    },
  );
  try {
    return await use({ baseUrl: gateway.url, internalToken });
  } finally {
    await gateway.stop();
  }
}
