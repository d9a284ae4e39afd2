/**
 * What each program may do with the database's tables: the whole of it, and nothing else. `sluice migrate` applies it after
 * the migrations. **A new table needs a line here**, and a new function one in function-rights.ts, or a test says so; what has
 * no line nobody may use but the owner (docs/decisions/0039).
 */

export const groups = [
  'sluice_api',
  'sluice_worker',
  'sluice_gateway',
  'sluice_evaluation',
  'sluice_breakglass',
] as const;
export type Who = 'api' | 'worker' | 'evaluation' | 'breakglass';

/** `insert(a, b)`, `update(a, b)`: these columns only. Gateways have none: they go by functions. */
export type TableRights = Partial<Record<Who, string>>;

const readers: TableRights = { api: 'select', worker: 'select' };
const seenByAll: TableRights = { ...readers, evaluation: 'select', breakglass: 'select' };
/** Rows that are given up when their time is over, by the reconciler of either. */
const expiring: TableRights = { api: 'select, delete', worker: 'select, delete' };
/** Chained by the API; by a worker only where no key seals the log. */
const appending = 'select, insert, update(position, hash, mac, key_id)';

export const tableRights: Readonly<Record<string, TableRights>> = {
  app: { ...seenByAll, api: 'select, insert, update' },
  revision: { ...seenByAll, api: 'select, insert' },
  release: {
    ...seenByAll,
    api: 'select, insert, update',
    // What it was begun with is none of a worker's (docs/decisions/0044).
    worker: `select, insert, update(state, stage, reason, progress, policy, first_run_id, restarting, updated_at, waiting_for, waiting_since, waiting_until, waits_on, waits_for, waits_since, waits_until, temporal_cluster, temporal_namespace)`,
    evaluation: 'select, update(waiting_for, waiting_since, waiting_until)',
  },
  release_progress: { api: 'select', worker: 'select, insert, update' },
  release_watch: { api: 'select, insert, update', worker: 'select, insert, update' },
  release_health: readers,
  split: seenByAll,
  split_history: seenByAll,
  followed_stable: readers,
  guard: { ...readers, evaluation: 'select', worker: 'select, update(blind_since, blind_why)' },
  queued_release: { api: 'select, insert, update' },
  /** What it decides by functions alone. */
  stable_watch: {
    api: 'select, update(scheduled, scheduled_at)',
    worker: 'select, update(scheduled, scheduled_at)',
    evaluation: 'select',
  },
  stable_watch_run: { ...expiring, evaluation: 'select' },
  stable_watch_answer: { api: 'select', worker: 'select', evaluation: 'select, insert' },
  stable_watch_heard: { api: 'select', worker: 'select', evaluation: 'select, insert, update' },
  verdict: seenByAll,
  policy: { ...readers, evaluation: 'select' },
  command: { api: 'select', worker: 'select, update(applied_at, result)' },
  stage_result: { api: 'select', worker: 'select, insert, update', evaluation: 'select' },
  // When it was measured the database says.
  evidence: {
    api: 'select',
    evaluation: 'select',
    worker: 'select, insert(release_id, stage, look, split_version, counts, judgement)',
  },
  approval: readers,
  review: readers,
  lease: { api: 'select', worker: 'select, insert, update', breakglass: 'select' },
  first_evaluation: {
    api: 'select, insert, update(restarts, waiting_for, waiting_until)',
    worker: 'select, update(restarts, waiting_for, waiting_until)',
    evaluation: 'select, update(waiting_for, waiting_until)',
  },
  eval_run: {
    api: 'select, delete',
    worker: 'select, delete',
    evaluation: 'select, insert, update(decision, decided_at)',
  },
  eval_result: {
    api: 'select',
    worker: 'select',
    evaluation: 'select, insert, update',
  },
  judge_calibration: { api: 'select, insert', worker: 'select', evaluation: 'select' },
  /** By functions alone. */
  judge_use: {},
  live_answer: {},
  live_score: expiring,
  sample: { ...expiring, evaluation: 'select' },
  mirrored: { ...expiring, evaluation: 'insert' },
  prediction: { api: 'select', worker: 'select', evaluation: 'select, insert' },
  /** By functions alone. */
  fresh_sample: {},
  erasure: expiring,
  arm_counter: { ...expiring, evaluation: 'select' },
  charged_subject: expiring,
  charge_tally: expiring,
  step_unit: expiring,
  unit_tally: expiring,
  seen_subject: expiring,
  observation: expiring,
  feedback: expiring,
  observation_watermark: expiring,
  judged_state: { api: 'select, delete', worker: 'select, insert, update, delete' },
  gateway_instance: { ...expiring, evaluation: 'select', breakglass: 'select' },
  split_client: { ...expiring, breakglass: 'select' },
  rehearsal: { ...readers, breakglass: 'select' },
  rehearsal_answer: { ...readers, breakglass: 'select' },
  api_token: { api: 'select, insert, update' },
  oidc_trust: { api: 'select, insert, update' },
  exchanged_token: { api: 'select, insert, delete', worker: 'select, delete' },
  oidc_seen: { api: 'select, insert, update, delete', worker: 'select, delete' },
  gateway_key: { api: 'select, insert, update' },
  gateway_user: {},
  used_assignment: expiring,
  /** Rows are put by triggers; one by hand is a test's. */
  webhook_message: {
    api: 'select, update(attempts, next_at, last_error, delivered_at, dead_at), delete',
    worker: 'select, delete',
  },
  idempotency_key: { api: 'select, insert, update, delete', worker: 'select, delete' },
  audit_entry: { api: appending, worker: appending, breakglass: 'select' },
  /** Who has locked its row chains the log. */
  audit_turn: { api: 'select, update', worker: 'select, update', breakglass: 'select, update' },
  schema_migration: {},
  schema_function: {},
};
