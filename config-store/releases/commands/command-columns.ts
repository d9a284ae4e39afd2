/** Columns of a `CommandRow`. */
export const commandColumns = `id, release_id as "releaseId", kind, actor, reason,
  idempotency_key as "idempotencyKey", expected_stage as "expectedStage", expected_version as "expectedVersion",
  expected_weight as "expectedWeight", resume,
  created_at as "createdAt", applied_at as "appliedAt", result`;
