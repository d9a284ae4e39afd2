import type { ReleaseDetail } from '../schemas/releases.ts';
import { waitFor } from '../../tests/support/wait-for.ts';
import { followStream, type FollowedStream } from './follow-stream.ts';

export interface ReceivedEvent {
  event: string;
  release: ReleaseDetail;
}

/** A client of a release's events. */
export interface EventClient extends FollowedStream {
  readonly events: ReceivedEvent[];
  readonly comments: string[];
  /** Waits for an event. */
  until(what: string, condition: (received: ReceivedEvent) => boolean): Promise<ReceivedEvent>;
}

function parseBlock(block: string): { event: string; data: string | undefined; comment: string | undefined } {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return { event: field('event') ?? '', data: field('data'), comment: field('') };
}

export async function openEvents(url: string, token: string): Promise<EventClient> {
  const events: ReceivedEvent[] = [];
  const comments: string[] = [];
  const stream = await followStream(url, { authorization: `Bearer ${token}` }, (block) => {
    const { event, data, comment } = parseBlock(block);
    if (data !== undefined) events.push({ event, release: JSON.parse(data) as ReleaseDetail });
    if (comment !== undefined) comments.push(comment);
  });
  return {
    ...stream,
    ...{ events, comments },
    until: (what, condition) => waitFor(() => events.find(condition), { what }),
  };
}
