import type { ReleaseView } from '../../api/schemas/dashboard/release-view.ts';
import type { ReleaseAction } from '../../api/schemas/dashboard/actions.ts';
import { countWords } from '../../domain/explanation/words.ts';
import { oneLine } from '../../domain/text/one-line.ts';
import { wrapTo } from '../output/text/cells.ts';
import { timeText, type Line } from './line.ts';

const indent = '      ';

/** What comes next, until when, and what somebody may type about it. */
export function nextLines(
  view: ReleaseView,
  { columns, nowMs }: { readonly columns: number; readonly nowMs: number },
): Line[] {
  if (view.row.closedAt !== undefined)
    return [{ text: `NEXT  why it ended so: sluice explain ${view.row.id}`, spare: 1 }];
  const sentences = [nextOf(view, nowMs), wayBackOf(view)].filter((each) => each !== undefined);
  const says = sentences
    .flatMap((sentence) => wrapTo(sentence, columns - indent.length))
    .map((text, i): Line => ({ text: (i === 0 ? 'NEXT  ' : indent) + text, spare: 0 }));
  return [...says, ...commandLines(view)];
}

function nextOf({ rail }: ReleaseView, nowMs: number): string | undefined {
  const at = rail.findIndex(({ state }) => state === 'running' || state === 'waiting');
  const stage = rail[at];
  if (stage === undefined) return undefined;
  const { waitsFor, waitsUntil, decidesAt, requests, title } = stage;
  if (waitsFor !== undefined) {
    const until = waitsUntil === undefined ? '' : `, until ${timeText(waitsUntil, nowMs)} at most`;
    return `waits for ${oneLine(waitsFor)}${until}`;
  }
  const following = rail.slice(at + 1).find(({ state }) => state === 'to come');
  const then = following === undefined ? 'it becomes stable' : following.title;
  if (stage.weight === undefined) return `${title} decides, then ${then}`;
  const when = decidesAt === undefined ? 'once' : `${timeText(decidesAt, nowMs)}, where`;
  const needed = requests === undefined ? '' : `, ${countWords(requests.needed)} requests seen`;
  return `${when} its hold is over${needed} and no guardrail is at its odds: ${then}`;
}

/** Where the candidate would go, while it serves somebody. */
function wayBackOf({ row, guardrails }: ReleaseView): string | undefined {
  if ((row.audience ?? row.weight).set === 0 || row.stableLabel === undefined) return undefined;
  return guardrails.some(({ acts }) => acts === 'takes back')
    ? `a guardrail at its odds takes it back to ${row.stableLabel}`
    : undefined;
}

const shown: readonly ReleaseAction[] = ['approve', 'resume', 'pause', 'abort'];

/** Of what the caller may do, the commands: nothing here acts by itself. */
function commandLines({ row, allowedActions, people }: ReleaseView): Line[] {
  return shown.flatMap((action): Line[] => {
    const found = allowedActions.find((each) => each.action === action && each.allowed);
    if (found === undefined) return [];
    const stage = people.approval === undefined ? '' : ` --stage ${people.approval.stage}`;
    const command = `sluice release ${action} ${row.id}${action === 'approve' ? stage : ''}`;
    return [{ text: `${indent}${action}: ${command}`, spare: action === 'approve' ? 0 : 2 }];
  });
}
