import { query, type Db } from '../../postgres/db.ts';

/** Which Temporal a workflow runs in: ids that its cluster and namespace have of their own. */
export interface TemporalIdentity {
  /** Absent where a server does not say. */
  readonly cluster?: string | undefined;
  readonly namespace: string;
}

/** Notes in which Temporal the workflow of a release runs; what is noted stays. */
export async function noteTemporal(
  db: Db,
  { releaseId, cluster, namespace }: TemporalIdentity & { readonly releaseId: string },
): Promise<void> {
  await query(
    db,
    `update release set temporal_cluster = $2, temporal_namespace = $3
     where id = $1 and temporal_namespace is null`,
    [releaseId, cluster, namespace],
  );
}
