/** A stream of server-sent events that is being read. */
export interface FollowedStream {
  /** Did the server end the stream (and not the connection break)? */
  ended(): Promise<boolean>;
  leave(): void;
}

/** Asks for a stream and hands on each block of it, until it ends or is left. Throws where no stream is answered. */
export async function followStream(
  url: string,
  headers: Readonly<Record<string, string>>,
  take: (block: string) => void,
): Promise<FollowedStream> {
  const leaving = new AbortController();
  const response = await fetch(url, { headers, signal: leaving.signal });
  if (response.headers.get('content-type') !== 'text/event-stream' || response.body === null)
    throw new Error(`No stream of events: ${response.status} ${await response.text()}`);
  const read = readBlocks(response.body as ReadableStream<Uint8Array>, take).then(
    () => true,
    () => false,
  );
  return {
    ended: () => read,
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
