import type { DecidedRow, ServedRow } from '../../../config-store/dashboard/read-timeline.ts';
import type { ApprovalRow } from '../../../config-store/change-control/list-approvals.ts';
import type { StageRow } from '../../../config-store/releases/release-row.ts';
import type { BoardRow } from '../../../config-store/dashboard/board-row.ts';
import { percentWords, stateWord, whoOf } from '../../../domain/explanation/words.ts';
import type { TimelineEntry } from '../../schemas/dashboard/release-view.ts';
import type { CheckedLook } from '../../../activities/looks/explain/checks.ts';

interface Told {
  readonly row: BoardRow;
  readonly stages: readonly StageRow[];
  readonly decided: readonly DecidedRow[];
  readonly approvals: readonly ApprovalRow[];
  readonly served: readonly ServedRow[];
  readonly checks: readonly CheckedLook[];
}

const mostEntries = 200;

/** What happened to a release, the newest first. */
export function timelineOf(told: Told): TimelineEntry[] {
  const all = [
    ...endsOf(told.row),
    ...told.stages.map(stageEntry),
    ...told.served.map(trafficEntry),
    ...told.decided.map(decidedEntry),
    ...told.approvals.map(approvalEntry),
    ...told.checks.flatMap(checkEntry),
  ];
  return all.sort((a, b) => b.at.localeCompare(a.at)).slice(0, mostEntries);
}

function endsOf(row: BoardRow): TimelineEntry[] {
  const { actor, label, createdAt, closedAt, reason } = row;
  const begun: TimelineEntry = {
    at: createdAt,
    kind: 'release',
    who: whoOf(actor),
    says: `${label} was started`,
  };
  if (closedAt === undefined) return [begun];
  const says = `${label} was ${stateWord(row)}${reason === undefined ? '' : `: ${reason}`}`;
  return [begun, { at: closedAt, kind: 'release', who: whoOf(row.decidedBy), says }];
}

function stageEntry({ stage, outcome, summary, endedAt: at }: StageRow): TimelineEntry {
  return { at, kind: 'stage', stage, says: `${stage}: ${outcome}, ${summary}` };
}

function trafficEntry({ at, weight, audience, actor, reason }: ServedRow): TimelineEntry {
  const share = audience === undefined ? percentWords(weight) : `${percentWords(audience)} of its audience`;
  return { at, kind: 'traffic', who: whoOf(actor), weight, says: `${share}: ${reason}` };
}

const decisions = { pause: 'paused', resume: 'resumed', abort: 'took it back', promote: 'went on' } as const;

function decidedEntry({ kind, actor, reason, stage, at, result }: DecidedRow): TimelineEntry {
  const who = whoOf(actor);
  const why = reason === undefined ? '' : `: ${reason}`;
  const came = result === undefined ? '' : ` (${result})`;
  return {
    ...{ at, kind: 'person', who, says: `${who} ${decisions[kind]}${why}${came}` },
    ...(stage === undefined ? {} : { stage }),
  };
}

function approvalEntry({ actor, stage, reason, at }: ApprovalRow): TimelineEntry {
  const who = whoOf(actor);
  const why = reason === undefined ? '' : `: ${reason}`;
  return { at, kind: 'person', who, stage, says: `${who} approved ${stage}${why}` };
}

/** Of the checks those that decided something. */
function checkEntry({ at, stage, look, verdict }: CheckedLook): TimelineEntry[] {
  if (verdict === undefined || verdict === 'wait') return [];
  return [{ at, kind: 'check', stage, says: `check ${look} of ${stage}: ${verdict}` }];
}
