import type { Pool } from 'pg';
import { listGateways } from '../../config-store/gateways/list-gateways.ts';
import { SluiceError } from '../../domain/errors.ts';
import { fingerprintSchema, parityDifferences, type Fingerprint } from '../../domain/revision/fingerprint.ts';
import type { RevisionContent } from '../../domain/revision/revision.ts';

/**
 * Staging must answer as production does, or a replay there says nothing about production.
 *
 * @throws SluiceError `broken_measurement` naming every difference between live gateways of the two; `unreachable` where
 *   one of them has no live gateway
 */
export async function requireParity(
  db: Pool,
  environments: { readonly production: string; readonly staging: string },
  revisions: readonly RevisionContent[],
): Promise<void> {
  const [production, staging] = await Promise.all([
    liveFingerprints(db, environments.production),
    liveFingerprints(db, environments.staging),
  ]);
  const differences = production.flatMap((there) =>
    staging.flatMap((here) => parityDifferences(there, here, revisions)),
  );
  if (differences.length === 0) return;
  throw new SluiceError(
    'broken_measurement',
    `Staging is not like production: ${[...new Set(differences)].join('; ')}.`,
    {
      remedy:
        'Make staging’s binding and versions the same (keys and URLs may differ), or set `mirror: skip` in the plan.',
    },
  );
}

async function liveFingerprints(db: Pool, environment: string): Promise<Fingerprint[]> {
  const live = (await listGateways(db, { environment })).filter((gateway) => gateway.live);
  if (live.length === 0) {
    throw new SluiceError('unreachable', `No gateway of ${environment} is alive.`, {
      remedy: `Start a gateway for ${environment}, or see why its heartbeat does not reach the database.`,
    });
  }
  return live.map(({ gatewayId, fingerprint }) => {
    const parsed = fingerprintSchema.safeParse(fingerprint);
    if (parsed.success) return parsed.data;
    throw new SluiceError(
      'broken_measurement',
      `Gateway ${gatewayId} of ${environment} does not say what it runs.`,
      {
        remedy: 'Start it again with the same version as the others.',
      },
    );
  });
}
