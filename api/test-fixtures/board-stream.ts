import { waitFor } from '../../tests/support/wait-for.ts';
import type { DashboardEvent } from '../schemas/dashboard/stream.ts';

/** A client of the stream of all releases. */
export interface BoardClient {
  readonly events: DashboardEvent[];
  /** Of the newest event that had one. */
  lastId(): string;
  /** Did the server end the stream (and not the connection break)? */
  ended(): Promise<boolean>;
  until(what: string, holds: (event: DashboardEvent) => boolean): Promise<DashboardEvent>;
  leave(): void;
}

export async function followBoard(
  url: string,
  { token, lastEventId }: { readonly token: string; readonly lastEventId?: string },
): Promise<BoardClient> {
  const leaving = new AbortController();
  const response = await fetch(`${url}/v1/events`, {
    headers: {
      authorization: `Bearer ${token}`,
      ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
    },
    signal: leaving.signal,
  });
  if (response.headers.get('content-type') !== 'text/event-stream' || response.body === null)
    throw new Error(`No stream of events: ${response.status} ${await response.text()}`);
  const events: DashboardEvent[] = [];
  let lastId = '';
  const take = (block: string): void => {
    for (const line of block.split('\n')) {
      if (line.startsWith('id: ')) lastId = line.slice(4);
      if (line.startsWith('data: ')) events.push(JSON.parse(line.slice(6)) as DashboardEvent);
    }
  };
  const read = readBlocks(response.body as ReadableStream<Uint8Array>, take).then(
    () => true,
    () => false,
  );
  return {
    events,
    lastId: () => lastId,
    ended: () => read,
    until: (what, holds) => waitFor(() => events.find(holds), { what }),
    leave: () => {
      leaving.abort();
    },
  };
}

async function readBlocks(body: ReadableStream<Uint8Array>, take: (block: string) => void): Promise<void> {
  const decoder = new TextDecoder();
  let text = '';
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    blocks.forEach(take);
  }
}
