import { illFound, wellFound, type DoctorFinding } from './finding.ts';

/** What the control plane knows of what it works with. */
export interface ServerFacts {
  /** Why Temporal does not answer; undefined where it does. */
  readonly temporalAway: string | undefined;
  /** The API's clock minus the database's. */
  readonly apiAheadMs: number;
  /** Webhooks that plans have named, or that the API knows. */
  readonly webhooks: readonly {
    readonly webhook: string;
    /** By this API. */
    readonly known: boolean;
    readonly waiting: number;
    readonly failing: number;
    readonly dead: number;
    readonly lastError?: string;
  }[];
  readonly environments: readonly {
    readonly environment: string;
    readonly gateways: readonly {
      readonly gatewayId: string;
      readonly live: boolean;
      readonly endedCleanly: boolean;
      readonly heartbeatAgeMs: number;
    }[];
  }[];
}

/** More than that, and times that two machines have written down do not read as one story. */
const clockToleranceMs = 5_000;

/** What holds of the parts that all apps share. */
export function findingsOfServer(facts: ServerFacts): DoctorFinding[] {
  return [
    temporalFinding(facts),
    clockFinding('the API', facts.apiAheadMs),
    ...facts.environments.flatMap(gatewayFindings),
    ...facts.webhooks.map(webhookFinding),
  ];
}

function webhookFinding({
  webhook: about,
  known,
  waiting,
  failing,
  dead,
  lastError,
}: ServerFacts['webhooks'][number]): DoctorFinding {
  const check = 'webhooks';
  if (!known) {
    const says = `plans name it, ${waiting + dead} messages were for it, and this API knows no webhook of that name`;
    return illFound('fail', {
      check,
      about,
      says,
      remedy: 'Name it in SLUICE_WEBHOOKS of the API, or no more in plans.',
    });
  }
  const why = lastError === undefined ? '' : `; the newest failure: ${lastError}`;
  const remedy = `Mend the receiver or its URL and secret, then: sluice webhook test ${about}`;
  if (dead > 0) {
    const says = `${dead} messages were given up within 30 days, ${waiting} wait${why}`;
    return illFound('fail', { check, about, says, remedy });
  }
  if (failing > 0) {
    return illFound('warn', {
      check,
      about,
      says: `${failing} messages could not be delivered yet${why}`,
      remedy,
    });
  }
  return wellFound(check, about, 'everything was delivered');
}

function temporalFinding({ temporalAway }: ServerFacts): DoctorFinding {
  if (temporalAway === undefined) return wellFound('temporal', undefined, 'it answers');
  return illFound('fail', {
    ...{ check: 'temporal', says: `it does not answer: ${temporalAway}` },
    remedy: 'Start it, or mend TEMPORAL_ADDRESS of the API; a rollback works without it.',
  });
}

/** @param aheadMs before the database's clock, by which ages are told */
export function clockFinding(about: string, aheadMs: number): DoctorFinding {
  const off = Math.round(Math.abs(aheadMs) / 100) / 10;
  const says = `${off} s ${aheadMs < 0 ? 'behind' : 'ahead of'} the database`;
  if (Math.abs(aheadMs) <= clockToleranceMs) return wellFound('clocks', about, says);
  const remedy = 'Have it keep time by NTP. Sluice compares no two clocks; people who read times do.';
  return illFound('warn', { check: 'clocks', about, says, remedy });
}

function gatewayFindings({ environment, gateways }: ServerFacts['environments'][number]): DoctorFinding[] {
  const check = 'gateways';
  const live = gateways.filter((gateway) => gateway.live);
  const silent = gateways.filter(
    ({ gatewayId, live: lives, endedCleanly }) =>
      !lives && !endedCleanly && !live.some((each) => each.gatewayId === gatewayId),
  );
  const lives =
    live.length > 0
      ? wellFound(check, environment, `${live.map(({ gatewayId }) => gatewayId).join(', ')}: live`)
      : illFound('fail', {
          ...{ check, about: environment, says: 'no gateway lives' },
          remedy: `Start one with SLUICE_ENVIRONMENT=${environment}, and the database in its reach.`,
        });
  return [
    lives,
    ...silent.map(({ gatewayId, heartbeatAgeMs }) =>
      illFound('warn', {
        ...{ check, about: environment },
        says: `${gatewayId} has been silent for ${Math.round(heartbeatAgeMs / 1000)} s, and did not end by itself`,
        remedy: 'See whether its machine runs and reaches the database; after an hour it is told of no more.',
      }),
    ),
  ];
}
