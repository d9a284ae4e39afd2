import { digestOf } from '../../domain/revision/digest.ts';
import type { Policy } from '../../domain/policy/policy.ts';
import { json, queryOne, type Db } from '../postgres/db.ts';

export interface PolicyToPublish {
  /** An app, which need not be there yet, or `*`. */
  readonly scope: string;
  /** Parsed by `policySchema`. */
  readonly policy: Policy;
  readonly actor: string;
  readonly reason?: string | undefined;
}

/** Publishes a policy, which is in force from then on; the one that is in force already gets no new version. */
export async function publishPolicy(
  db: Db,
  { scope, policy, actor, reason }: PolicyToPublish,
): Promise<{ readonly version: number; readonly created: boolean }> {
  const { result } = await queryOne<{
    readonly result: { readonly version: number; readonly created: boolean };
  }>(db, 'select publish_policy($1, $2, $3, $4, $5) as result', [
    scope,
    json(policy),
    digestOf(policy),
    actor,
    reason,
  ]);
  return result;
}
