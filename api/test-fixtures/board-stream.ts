import { waitFor } from '../../tests/support/wait-for.ts';
import type { DashboardEvent } from '../schemas/dashboard/stream.ts';
import { followStream, type FollowedStream } from './follow-stream.ts';

/** A client of the stream of all releases. */
export interface BoardClient extends FollowedStream {
  readonly events: DashboardEvent[];
  /** Of the newest event that had one. */
  lastId(): string;
  until(what: string, holds: (event: DashboardEvent) => boolean): Promise<DashboardEvent>;
}

export async function followBoard(
  url: string,
  { token, lastEventId }: { readonly token: string; readonly lastEventId?: string },
): Promise<BoardClient> {
  const events: DashboardEvent[] = [];
  let lastId = '';
  const headers = {
    authorization: `Bearer ${token}`,
    ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
  };
  const stream = await followStream(`${url}/v1/events`, headers, (block) => {
    for (const line of block.split('\n')) {
      if (line.startsWith('id: ')) lastId = line.slice(4);
      if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)) as DashboardEvent);
    }
  });
  return {
    ...stream,
    events,
    lastId: () => lastId,
    until: (what, holds) => waitFor(() => events.find(holds), { what }),
  };
}
