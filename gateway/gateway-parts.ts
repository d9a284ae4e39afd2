import type { Logger } from 'pino';
import type { GatewayStore, Identity } from './config/connect-store.ts';
import type { Clock } from './clock.ts';
import type { GatewaySettings } from './settings.ts';

/** What a gateway is set to; where its database is, its store knows. */
export type StartSettings = Omit<GatewaySettings, 'databaseUrl' | 'logLevel'>;

/** What a gateway is made of that is not its own. */
export interface GatewayParts {
  readonly clock: Clock;
  readonly log: Logger;
  /** Where what is served comes from, and where counts and samples go. */
  readonly connect: (identity: Identity) => GatewayStore;
}
