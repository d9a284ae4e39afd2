import type { Pool } from 'pg';
import { listActive } from '../../config-store/apps/list-active.ts';
import { listGateways } from '../../config-store/gateways/list-gateways.ts';
import { readPolicy } from '../../config-store/policies/read-policy.ts';
import { readWebhookStock } from '../../config-store/webhooks/webhook-message.ts';
import { requireRevision } from '../../config-store/revisions/require-revision.ts';
import type { AppFacts } from '../../domain/doctor/findings-of-app.ts';
import type { ServerFacts } from '../../domain/doctor/findings-of-server.ts';
import { messageOf } from '../../domain/errors.ts';
import { acksOf } from '../../domain/split/acks-of.ts';
import { rollbackReadiness } from '../releases/rollback-readiness.ts';
import type { ReleaseWorkflows } from '../releases/release-workflows.ts';

/** What the API sees of the parts that all apps share. */
export async function serverFacts(
  db: Pool,
  {
    workflows,
    environments,
    apiAheadMs,
    webhooks,
  }: {
    readonly workflows: Pick<ReleaseWorkflows, 'assertReachable'>;
    readonly environments: readonly string[];
    readonly apiAheadMs: number;
    /** Names of those that the API knows. */
    readonly webhooks: readonly string[];
  },
): Promise<ServerFacts> {
  const [temporalAway, stock, seen] = await Promise.all([
    workflows.assertReachable().then(() => undefined, messageOf),
    readWebhookStock(db),
    Promise.all(
      environments.map(async (environment) => ({
        environment,
        gateways: await listGateways(db, { environment }),
      })),
    ),
  ]);
  const unheard = webhooks.filter((name) => !stock.some(({ webhook }) => webhook === name));
  const told = [
    ...stock.map((each) => ({ ...each, known: webhooks.includes(each.webhook) })),
    ...unheard.map((webhook) => ({ webhook, known: true, waiting: 0, failing: 0, dead: 0 })),
  ];
  // One that plans have named once, and whose messages were all delivered by then, is no fault.
  const shown = told.filter(({ known, waiting, dead }) => known || waiting + dead > 0);
  return { temporalAway, apiAheadMs, webhooks: shown, environments: seen };
}

const environment = 'production';

/** What is known of apps whose stable revision serves production; of others there is nothing to say yet. */
export async function appFacts(db: Pool, apps: readonly string[]): Promise<AppFacts[]> {
  const [active, gateways] = await Promise.all([
    listActive(db, { apps, environments: [environment] }),
    listGateways(db, { environment }),
  ]);
  const facts: AppFacts[] = [];
  // One after the other: whoever asks can wait, and the pool is everybody's.
  for (const { app, version, stable } of active) {
    if (stable === undefined) continue;
    const [revision, inForce, wayBack] = await Promise.all([
      requireRevision(db, { app, ref: stable.digest }),
      readPolicy(db, app),
      rollbackReadiness(db, { app, environment }),
    ]);
    const { retrieval } = revision.content;
    facts.push({
      ...{ app, label: stable.label, chain: stable.chain, provenance: revision.provenance },
      retriever: retrieval?.by === 'gateway' ? retrieval.retriever : undefined,
      wayBack: wayBack ?? { state: 'none' },
      policy: inForce.policy,
      gateways: acksOf(gateways, { app, version }),
    });
  }
  return facts;
}
