/**
 * What each program may do in the database: the whole of it, and nothing else. `sluice migrate` applies it after the
 * migrations. **A new table or function needs a line here**, or a test says so; what has no line nobody may use but the
 * owner (docs/decisions/0039).
 */

export const groups = [
  'sluice_api',
  'sluice_worker',
  'sluice_gateway',
  'sluice_evaluation',
  'sluice_breakglass',
] as const;
type Who = 'api' | 'worker' | 'evaluation' | 'breakglass';

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
  guard: readers,
  queued_release: { api: 'select, insert, update' },
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
  sample: { ...expiring, evaluation: 'select' },
  mirrored: { ...expiring, evaluation: 'insert' },
  prediction: { api: 'select', worker: 'select', evaluation: 'select, insert' },
  /** By functions alone. */
  fresh_sample: {},
  erasure: expiring,
  arm_counter: { ...expiring, evaluation: 'select' },
  charged_subject: expiring,
  seen_subject: expiring,
  observation: expiring,
  observation_watermark: expiring,
  gateway_instance: { ...expiring, evaluation: 'select', breakglass: 'select' },
  rehearsal: { ...readers, breakglass: 'select' },
  rehearsal_answer: { ...readers, breakglass: 'select' },
  api_token: { api: 'select, insert, update' },
  oidc_trust: { api: 'select, insert, update' },
  exchanged_token: { api: 'select, insert, delete', worker: 'select, delete' },
  oidc_seen: { api: 'select, insert, update, delete', worker: 'select, delete' },
  gateway_key: { api: 'select, insert, update' },
  gateway_user: {},
  used_assignment: expiring,
  idempotency_key: { api: 'select, insert, update, delete', worker: 'select, delete' },
  audit_entry: { api: appending, worker: appending, breakglass: 'select' },
  /** Who has locked its row chains the log. */
  audit_turn: { api: 'select, update', worker: 'select, update', breakglass: 'select, update' },
  schema_migration: {},
  schema_function: {},
};

/** `owner`: it runs with the rights of the schema's owner, whoever calls it, with a search path of its own. */
export interface FunctionRights {
  readonly may: readonly (Who | 'gateway')[];
  readonly as: 'owner' | 'caller';
}

const byOwner = (...may: FunctionRights['may']): FunctionRights => ({ may, as: 'owner' });
const control = byOwner('api', 'worker');
/** Called by other functions alone. */
const inside: FunctionRights = { may: [], as: 'caller' };

/** Functions of triggers need no line: they run as their owner, and nobody calls them. */
export const functionRights: Readonly<Record<string, FunctionRights>> = {
  add_observations: inside,
  already: inside,
  answer_rehearsal: byOwner('gateway'),
  append_audit: control,
  approval_asked: control,
  approve: byOwner('api'),
  are_counts: inside,
  authors_of: control,
  ask_rehearsal: byOwner('api', 'worker', 'breakglass'),
  ask_way_back: control,
  begin_release: control,
  begin_restart: control,
  cannot_serve: inside,
  change_split: inside,
  clear_condemnation: inside,
  close_guard: control,
  close_guard_row: inside,
  close_release: control,
  condemn: inside,
  condemnation: control,
  condemned_because: inside,
  course_of: inside,
  create_stable: byOwner('api'),
  delete_fresh_samples_over_cap: control,
  delete_stale_fresh_samples: control,
  demanded_approvals: control,
  counts_rise: inside,
  duration_ms: inside,
  create_token: byOwner('api'),
  erase_subject: byOwner('api'),
  follow_production: control,
  follow_quietly: control,
  free_expired_token: inside,
  fresh_key_ids: byOwner('evaluation'),
  fresh_samples: byOwner('evaluation'),
  former_stables: byOwner('api', 'worker', 'gateway'),
  gate_passed: inside,
  gates_lack: inside,
  gateway_charges: byOwner('gateway'),
  gateway_environment: inside,
  gateway_flush: byOwner('gateway'),
  gateway_heartbeat: byOwner('gateway'),
  gateway_revision: byOwner('gateway'),
  gateway_revisions: byOwner('gateway'),
  gateway_samples: byOwner('gateway'),
  gateway_view: byOwner('gateway'),
  gateway_keys: byOwner('gateway'),
  goes_forward: inside,
  heal_split: byOwner('api', 'breakglass'),
  held_ms: inside,
  hold_state: inside,
  is_behind: control,
  is_served_step: inside,
  is_served_version: inside,
  is_worker_alone: inside,
  iso_time: inside,
  judge_choice: inside,
  keeps_fresh_samples: byOwner('api', 'evaluation'),
  label_of: inside,
  lock_release: inside,
  lock_split: control,
  made_stable_at: inside,
  make_stable: inside,
  may_follow: inside,
  mirrored_samples: control,
  move_release: inside,
  newest_guard_look: inside,
  newest_rehearsal: inside,
  newest_version: inside,
  open_guard: inside,
  person_of: inside,
  promote_candidate: byOwner('worker'),
  promotion_lacks: inside,
  promotion_of: inside,
  publish_policy: byOwner('api'),
  put_candidate: inside,
  raise_lacks: inside,
  raise_split: byOwner('worker'),
  record_command: control,
  refuse_inactive: inside,
  refuse_to_pass: inside,
  reset_policy: byOwner('api'),
  roll_back: byOwner('api', 'worker', 'breakglass'),
  roll_back_unjudged: control,
  rotate_token: byOwner('api'),
  shown_evidence: inside,
  shown_evidence_digest: inside,
  sign_review: byOwner('api'),
  same_people: inside,
  sample_stock: byOwner('api', 'worker', 'evaluation'),
  sample_key_ids: byOwner('api', 'worker', 'gateway', 'evaluation'),
  set_release_state: control,
  servability: byOwner('api', 'worker', 'breakglass'),
  served_stage: inside,
  served_step: byOwner('worker'),
  shows_no_harm: inside,
  shows_pass: inside,
  stable_change: inside,
  stage_lacks: byOwner('worker'),
  stage_of: inside,
  state_columns: inside,
  state_digest: inside,
  state_key: inside,
  store_observations: byOwner('evaluation'),
  step_lacks: inside,
  take_back_guarded: byOwner('worker'),
  take_rehearsals: byOwner('gateway'),
  terminate_blockers: byOwner('breakglass'),
  unbound_for: inside,
  untrue_heartbeat: inside,
  valid_approvals: control,
  use_assignments: byOwner('gateway'),
  was_just_rolled_back: inside,
  who_acts: inside,
  way_back: inside,
  way_back_now: byOwner('api', 'worker', 'breakglass'),
};
