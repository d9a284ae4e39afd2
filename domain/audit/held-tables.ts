/** A table whose rows the audit log holds: `hold_state` of the migrations, and what the verification goes by. */
export interface HeldTable {
  readonly name: string;
  /** The columns that name a row. */
  readonly keys: readonly string[];
  /** Rows never change, and never go, but within the transaction that wrote them. */
  readonly appends?: boolean;
  /** How often a row is written at most: made, and decided. */
  readonly mostWrites?: number;
  /** Rows are about a release, and nothing is added once that has ended. */
  readonly ofRelease?: boolean;
  /** The action that a change of a row always comes with, in the same transaction. */
  readonly acts?: RegExp;
  /** The action of a later change, where it is another one than that which makes the row. */
  readonly changes?: RegExp;
  /** Rows go when their time is over, and no entry says so. */
  readonly expires?: boolean;
}

/** Held by `hold_state` in the migrations; a test compares the two. */
export const heldTables: readonly HeldTable[] = [
  { name: 'app', keys: ['name'], acts: /^app\./ },
  { name: 'revision', keys: ['app', 'digest'], appends: true, acts: /^revision\.published$/ },
  { name: 'release', keys: ['id'] },
  { name: 'split', keys: ['app', 'environment'], acts: /^split\./ },
  { name: 'split_history', keys: ['app', 'environment', 'version'], appends: true, acts: /^split\./ },
  { name: 'command', keys: ['id'], acts: /^release\./ },
  { name: 'stage_result', keys: ['release_id', 'stage'], ofRelease: true },
  { name: 'evidence', keys: ['release_id', 'stage', 'look'], appends: true, ofRelease: true },
  { name: 'eval_run', keys: ['id'], mostWrites: 2, ofRelease: true },
  { name: 'first_evaluation', keys: ['id'], appends: true },
  { name: 'api_token', keys: ['id'], acts: /^token\./ },
  { name: 'approval', keys: ['id'], appends: true, acts: /^release\.approved$/ },
  // Opened by whatever entry was past the rules.
  { name: 'review', keys: ['id'], acts: /./, changes: /^review\.signed$/ },
  { name: 'gateway_key', keys: ['id'], acts: /^key\./ },
  { name: 'oidc_trust', keys: ['id'], acts: /^trust\./ },
  { name: 'exchanged_token', keys: ['id'], acts: /^token\.exchanged$/, mostWrites: 1, expires: true },
  { name: 'policy', keys: ['id'], appends: true, acts: /^policy\./ },
  { name: 'judge_calibration', keys: ['id'], appends: true, acts: /^judge\.calibrated$/ },
  { name: 'verdict', keys: ['id'], appends: true, acts: /^revision\.(condemned|cleared)$/ },
];

/** Actions that never stand alone: each changes a row of this table in the same transaction. */
export const actsOfTables: readonly { readonly action: RegExp; readonly table: string }[] = [
  { action: /^app\.(created|changed|published)$/, table: 'app' },
  { action: /^revision\.published$/, table: 'revision' },
  { action: /^revision\.(condemned|cleared)$/, table: 'verdict' },
  { action: /^split\.(create|raise|promote|rollback|heal)$/, table: 'split_history' },
  { action: /^release\.(pause|resume|abort|promote)$/, table: 'command' },
  { action: /^release\.(created|promoted|aborted|blocked|superseded|failed|rolled_back)$/, table: 'release' },
  { action: /^release\.approved$/, table: 'approval' },
  { action: /^review\.signed$/, table: 'review' },
  { action: /^policy\.(published|reset)$/, table: 'policy' },
  { action: /^token\.(created|ensured|revoked|rotated|expired)$/, table: 'api_token' },
  { action: /^token\.exchanged$/, table: 'exchanged_token' },
  { action: /^trust\.(created|removed)$/, table: 'oidc_trust' },
  { action: /^judge\.calibrated$/, table: 'judge_calibration' },
  { action: /^key\.(created|revoked)$/, table: 'gateway_key' },
];
