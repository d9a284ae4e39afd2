import type { Queued } from '../../../api/schemas/queue.ts';
import { exitCodes } from '../../../domain/errors.ts';
import { oneLine } from '../../../domain/text/one-line.ts';
import { createPace } from '../../http/pace.ts';
import { done, type CommandOutcome } from '../../output/outcome.ts';
import { table } from '../../output/style.ts';
import type { Command, CommandContext } from '../context.ts';

const pathOf = ({ app, id }: Pick<Queued, 'app' | 'id'>): string =>
  `/v1/apps/${encodeURIComponent(app)}/queue/${encodeURIComponent(id)}`;

/** Where one stands, in a line. */
export function queuedLine({ id, app, label, state, position, releaseId, reason }: Queued): string {
  const place = state === 'waiting' ? `waits at position ${position ?? 1}` : state;
  const became = releaseId === undefined ? '' : `, as ${releaseId}`;
  return `${id}: ${label} of ${app} ${place}${became}${reason === undefined ? '' : `: ${oneLine(reason)}`}`;
}

/** One as it is now. */
export function queuedNow(context: CommandContext, queued: Pick<Queued, 'app' | 'id'>): Promise<Queued> {
  return context.api().get<Queued>(pathOf(queued));
}

/** Lists what waits for an app, the next one first. */
export const releaseQueue: Command<{ readonly app: string }> = async (context, { app }) => {
  const { items } = await context
    .api()
    .get<{ readonly items: Queued[] }>(`/v1/apps/${encodeURIComponent(app)}/queue`);
  const rows = items.map(({ position, id, label, actor, queuedAt }) => [
    ...[String(position ?? ''), id, label, actor, queuedAt],
  ]);
  const text =
    rows.length === 0 ? 'Nothing waits.' : table([['POSITION', 'ID', 'LABEL', 'BY', 'SINCE'], ...rows]);
  return done(text, { items });
};

/** Takes a release out of the queue; 17 where it waits no more. */
export const releaseUnqueue: Command<{
  readonly app: string;
  readonly id: string;
  readonly reason?: string;
}> = async (context, { reason, ...place }) => {
  const queued = await context
    .api()
    .post<Queued>(`${pathOf(place)}/cancel`, reason === undefined ? {} : { reason });
  if (queued.state === 'cancelled') return done(queuedLine(queued), { queued });
  return { ...done(queuedLine(queued), { queued }), code: exitCodes.conflict, word: 'not_waiting' };
};

/** Waits until it is begun, and returns its release; an outcome where it is not, or the time is over. */
export async function untilBegun(
  context: CommandContext,
  { queued, timeoutMs }: { readonly queued: Queued; readonly timeoutMs: number },
): Promise<string | CommandOutcome> {
  const waitForNext = createPace(timeoutMs);
  let seen = '';
  for (let now = queued; ; now = await queuedNow(context, queued)) {
    const line = queuedLine(now);
    if (line !== seen) context.tell(line);
    seen = line;
    if (now.releaseId !== undefined) return now.releaseId;
    if (now.state !== 'waiting') {
      return { code: exitCodes.conflict, word: `queue_${now.state}`, json: { queued: now }, text: line };
    }
    if (!(await waitForNext())) {
      return { code: exitCodes.watchTimedOut, word: 'watch_timed_out', json: { queued: now }, text: line };
    }
  }
}
