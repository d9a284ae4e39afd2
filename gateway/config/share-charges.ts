import type { StoredCharge } from '../../config-store/gateway-view/read-charges.ts';
import type { ChargedSubjects } from '../telemetry/charged-subjects.ts';
import { countedBy } from './served-app.ts';
import type { ConfigView } from './view.ts';

export interface ShareParts {
  readonly view: ConfigView;
  readonly charged: ChargedSubjects;
  readonly readCharges: (query: {
    readonly releaseIds: string[];
    readonly afterAt: string | undefined;
  }) => Promise<readonly StoredCharge[]>;
}

/** Takes over the charges of the other gateways for the releases that are on; forgets those of the others. */
export function createChargeSharing({ view, charged, readCharges }: ShareParts): () => Promise<void> {
  let known = { releases: '', afterAt: undefined as string | undefined };
  return async () => {
    const releaseIds = view
      .apps()
      .flatMap((name) => {
        const served = view.app(name);
        return (served && countedBy(served)?.releaseId) ?? [];
      })
      .sort();
    const releases = releaseIds.join(' ');
    charged.keepOnly(new Set(releaseIds));
    if (releaseIds.length === 0) return;
    const afterAt = known.releases === releases ? known.afterAt : undefined;
    const charges = await readCharges({ releaseIds, afterAt });
    charged.learn(charges);
    known = { releases, afterAt: charges.at(-1)?.at ?? afterAt };
  };
}
