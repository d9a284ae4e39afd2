import type { ReleaseDetail } from '../schemas/releases.ts';
import { waitFor } from '../../tests/support/wait-for.ts';

export interface ReceivedEvent {
  event: string;
  release: ReleaseDetail;
}

/** A client of a release's events. */
export interface EventClient {
  readonly events: ReceivedEvent[];
  readonly comments: string[];
  /** Did the server end the stream (and not the connection break)? */
  ended(): Promise<boolean>;
  /** Waits for an event. */
  until(what: string, condition: (received: ReceivedEvent) => boolean): Promise<ReceivedEvent>;
  leave(): void;
}

function parseBlock(block: string): { event: string; data: string | undefined; comment: string | undefined } {
  const field = (name: string) =>
    block
      .split('\n')
      .find((line) => line.startsWith(`${name}: `))
      ?.slice(name.length + 2);
  return { event: field('event') ?? '', data: field('data'), comment: field('') };
}

async function readAll(body: ReadableStream<Uint8Array>, receive: (block: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    blocks.forEach(receive);
  }
}

export async function openEvents(url: string, token: string): Promise<EventClient> {
  const leaving = new AbortController();
  const response = await fetch(url, {
    headers: { authorization: `Bearer ${token}` },
    signal: leaving.signal,
  });
  if (response.headers.get('content-type') !== 'text/event-stream' || response.body === null)
    throw new Error(`No stream of events: ${response.status} ${await response.text()}`);
  const events: ReceivedEvent[] = [];
  const comments: string[] = [];
  const read = readAll(response.body as ReadableStream<Uint8Array>, (block) => {
    const { event, data, comment } = parseBlock(block);
    if (data !== undefined) events.push({ event, release: JSON.parse(data) as ReleaseDetail });
    if (comment !== undefined) comments.push(comment);
  }).then(
    () => true,
    () => false,
  );
  return {
    ...{ events, comments },
    ended: () => read,
    until: (what, condition) => waitFor(() => events.find(condition), { what }),
    leave: () => {
      leaving.abort();
    },
  };
}
