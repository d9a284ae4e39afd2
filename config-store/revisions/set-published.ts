import { unknownApp } from '../../domain/refusals.ts';
import { digestOf } from '../../domain/revision/digest.ts';
import type { Plan } from '../../domain/release/plan.ts';
import { appendAudit } from '../audit/append-audit.ts';
import { json, query, type Db } from '../postgres/db.ts';
import { inTransaction } from '../postgres/transaction.ts';
import type { SuiteRow } from '../apps/app-row.ts';

export interface AppPublication {
  readonly app: string;
  readonly plans: Record<string, Plan>;
  readonly suites: readonly SuiteRow[];
  readonly actor: string;
}

/**
 * Publishes plans and suites in place of those that an app had: what releases go by that bring none of their own. What
 * is published already stays as it is. Throws `not_found` for an unknown app.
 */
export async function setPublished(db: Db, { app, plans, suites, actor }: AppPublication): Promise<void> {
  await inTransaction(db, async (client) => {
    const [known] = await query<{ readonly same: boolean }>(
      client,
      'select published = $2::jsonb as same from app where name = $1 for no key update',
      [app, json({ plans, suites })],
    );
    if (known === undefined) throw unknownApp(app);
    if (known.same) return;
    await query(client, 'update app set published = $2 where name = $1', [app, json({ plans, suites })]);
    const details = {
      plans: Object.fromEntries(Object.entries(plans).map(([name, plan]) => [name, digestOf(plan)])),
      suites: Object.fromEntries(suites.map(({ name, digest }) => [name, digest])),
    };
    await appendAudit(client, { actor, action: 'app.published', app, details });
  });
}
