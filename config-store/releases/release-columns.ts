/** Columns of a `ReleaseRow`, from `release` as it is or as a statement has changed it. */
export const releaseColumns = `id, app, environment, revision,
  (select label from revision where revision.app = release.app and revision.digest = release.revision) as label,
  stable, plan_name as "planName", plan, plan_digest as "planDigest", rules, suites, policy, state, stage, reason, progress, ending,
  decided_by as "decidedBy", workflow_id as "workflowId", first_run_id as "firstRunId", restarting, restarts,
  temporal_cluster as "temporalCluster", temporal_namespace as "temporalNamespace", actor, provenance,
  created_at as "createdAt", updated_at as "updatedAt", closed_at as "closedAt"`;
