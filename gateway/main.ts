import { pino } from 'pino';
import { messageOf, SluiceError, exitCodeOf } from '../domain/errors.ts';
import { systemClock } from './clock.ts';
import { readSettings, type GatewaySettings } from './settings.ts';
import { startGateway } from './start-gateway.ts';

async function main(settings: GatewaySettings): Promise<void> {
  const { gatewayId, environment } = settings;
  const log = pino(
    { level: settings.logLevel, base: { gateway: gatewayId, environment } },
    pino.destination(2),
  );
  const gateway = await startGateway(settings, { clock: systemClock, log });
  process.stdout.write(
    `${JSON.stringify({ ready: true, url: gateway.url, gateway: gatewayId, environment })}\n`,
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

try {
  await main(readSettings(process.env));
} catch (error) {
  const remedy = error instanceof SluiceError ? (error.remedy ?? '') : '';
  process.stderr.write(`sluice gateway: ${messageOf(error)} ${remedy}\n`);
  process.exitCode = error instanceof SluiceError ? exitCodeOf(error.code) : 1;
}
