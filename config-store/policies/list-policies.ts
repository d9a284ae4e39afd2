import { queryPage, type Db } from '../postgres/db.ts';
import type { Page, PageRequest } from '../postgres/page.ts';
import type { PolicyRow } from './policy-row.ts';

export const policyColumns = 'scope, version, digest, body as policy, actor, reason, at';

/** Every policy that was published for an app, or for all (`*`), newest first. */
export function listPolicies(
  db: Db,
  { scope, ...page }: PageRequest & { readonly scope: string },
): Promise<Page<PolicyRow>> {
  return queryPage<PolicyRow>(
    db,
    page,
    `select ${policyColumns}, jsonb_build_array(version) as cursor
     from policy where scope = $3 and ($1::jsonb is null or version < ($1->>0)::integer)
     order by version desc limit $2`,
    [scope],
  );
}
