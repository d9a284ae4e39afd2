import type { Pool } from 'pg';
import type { GatewayRow } from '../../config-store/gateways/gateway-row.ts';
import { listAllClients, type ClientRow } from '../../config-store/gateways/list-all-clients.ts';
import { listGateways } from '../../config-store/gateways/list-gateways.ts';
import { listKnownSplits, type KnownSplit } from '../../config-store/gateways/list-known-splits.ts';
import { acksOf, type AckingGateway } from '../../domain/split/acks-of.ts';
import type { ApiCaller } from '../auth/authenticate.ts';
import type { GatewaysView, Replica } from '../schemas/dashboard/gateways-view.ts';

/** Of an installation with a thousand apps nobody reads more. */
const mostApps = 50;

type Served = Replica['apps'][number];

/** What serves where, replica by replica, of the apps that whoever asks may see. */
export async function gatewaysView(
  { db, environments }: { readonly db: Pool; readonly environments: readonly string[] },
  { apps }: Pick<ApiCaller, 'apps'>,
): Promise<GatewaysView> {
  const [splits, clients, ...gateways] = await Promise.all([
    listKnownSplits(db, { apps }),
    listAllClients(db, { apps }),
    ...environments.map((environment) => listGateways(db, { environment })),
  ]);
  return {
    at: new Date().toISOString(),
    environments: environments.map((environment, i) => {
      const here = splits.filter((split) => split.environment === environment);
      const own = clients.filter((client) => client.environment === environment);
      return {
        environment,
        replicas: [
          ...(gateways[i] ?? []).map((gateway) => gatewayReplica(gateway, here)),
          ...own.map((client) => clientReplica(client, here)),
        ],
      };
    }),
  };
}

function gatewayReplica(gateway: GatewayRow, splits: readonly KnownSplit[]): Replica {
  const { gatewayId: id, live, heartbeatAgeMs, startedAt } = gateway;
  return {
    id,
    kind: 'gateway',
    live,
    heartbeatAgeMs,
    startedAt,
    ...servedBy({ ...gateway, live: true }, splits),
  };
}

function clientReplica(
  { name, app, version, heartbeatAgeMs }: ClientRow,
  splits: readonly KnownSplit[],
): Replica {
  const asGateway = { gatewayId: name, live: true, acks: { [app]: version }, refusals: {} };
  const own = splits.filter((split) => split.app === app);
  return { id: name, kind: 'client', live: true, heartbeatAgeMs, ...servedBy(asGateway, own) };
}

/** What a replica has said last of each app, as though it lived. */
function servedBy(
  gateway: AckingGateway,
  splits: readonly KnownSplit[],
): Pick<Replica, 'serving' | 'of' | 'apps'> {
  const all = splits.flatMap(({ app, version: wanted, stable, candidate, weight }): Served[] => {
    const [ack] = acksOf([gateway], { app, version: wanted });
    if (ack === undefined) return [];
    const version = gateway.acks[app];
    return [
      {
        ...{ app, state: ack.state, wanted, weight },
        ...(version === undefined ? {} : { version }),
        ...(stable === undefined ? {} : { stable }),
        ...(candidate === undefined ? {} : { candidate }),
        ...(ack.state === 'refused' ? { reason: ack.reason } : {}),
      },
    ];
  });
  const [serving, others] = [
    all.filter(({ state }) => state === 'serving'),
    all.filter(({ state }) => state !== 'serving'),
  ];
  return { serving: serving.length, of: all.length, apps: [...others, ...serving].slice(0, mostApps) };
}
