import { SluiceError } from '../../domain/errors.ts';

// What stands in the packed command for the parts that start servers (scripts/pack-cli/bundle.ts puts it there).

function needsAll(command: string, does: string): SluiceError {
  return new SluiceError(
    'usage',
    `\`sluice ${command}\` ${does}; this is the command alone, which does not bring them along.`,
    {
      remedy:
        'Run it in a clone of Sluice (`npm start` is `sluice up` there), or use its docker-compose.yml; this command then works with SLUICE_API_URL and SLUICE_TOKEN.',
    },
  );
}

export function upCommand(): Promise<never> {
  return Promise.reject(needsAll('up', 'starts PostgreSQL, Temporal, the API, a worker and gateways'));
}

export function resealSamples(): Promise<never> {
  return Promise.reject(needsAll('reseal', 'opens what the database holds'));
}

export function migrateDatabase(): Promise<never> {
  return Promise.reject(needsAll('migrate', "runs the database's migrations"));
}
