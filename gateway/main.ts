import { setFlagsFromString } from 'node:v8';
import { pino } from 'pino';
import { describeError, exitCodeOfThrown } from '../domain/errors.ts';
import { surviveFaults } from '../program/survive-faults.ts';
import { systemClock } from './clock.ts';
import { connectStore, type Identity } from './config/connect-store.ts';
import { readSettings, type GatewaySettings } from './settings.ts';
import { startGateway } from './start-gateway.ts';

/**
 * Calls of a function before V8 compiles it for good. By default they are 3,000 and more: a program that does the same for
 * each of its requests, for weeks, knows sooner what there is to know of them (decision 0058).
 */
const callsUntilCompiled = 600;

async function main(settings: GatewaySettings): Promise<void> {
  const { gatewayId, environment } = settings;
  const log = pino(
    { level: settings.logLevel, base: { gateway: gatewayId, environment } },
    pino.destination(2),
  );
  const connect = (identity: Identity) => connectStore(settings.databaseUrl, identity);
  const gateway = await startGateway(settings, { clock: systemClock, log, connect });
  surviveFaults(process, ['rejection', 'exception'], (fault) => {
    gateway.onFault(fault);
  });
  const { url, adminUrl } = gateway;
  process.stdout.write(
    `${JSON.stringify({ ready: true, url, adminUrl, gateway: gatewayId, environment, keys: settings.keys })}\n`,
  );
  const state = { stopping: false };
  const stop = (): void => {
    if (state.stopping) return;
    state.stopping = true;
    gateway.stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'could not stop cleanly');
        process.exit(1);
      },
    );
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
}

setFlagsFromString(`--invocation-count-for-turbofan=${callsUntilCompiled}`);
try {
  await main(readSettings(process.env));
} catch (error) {
  process.stderr.write(`sluice gateway: ${describeError(error)}\n`);
  process.exitCode = exitCodeOfThrown(error);
}
