import OpenAI from 'openai';
import { waitFor } from '../../support/wait-for.ts';

/** What one question came to. */
export interface Asked {
  /** Of the gateway that was asked. */
  index: number;
  startedMs: number;
  endedMs: number;
  /** Undefined where an answer came, whole. */
  error: string | undefined;
}

/**
 * Asks each gateway one question after the other by the official client, which tries nothing twice here; every other
 * one streams. `stop` resolves with all that was asked.
 */
export function askOn(gateways: readonly string[]) {
  const asked: Asked[] = [];
  const over = new AbortController();
  const loops = gateways.map(async (url, index) => {
    const client = new OpenAI({ baseURL: `${url}/v1`, apiKey: 'somebody', maxRetries: 0, timeout: 15_000 });
    for (let k = 0; !over.signal.aborted; k += 1) {
      const startedMs = performance.now();
      const error = await askOnce(client, k % 2 === 0);
      asked.push({ index, startedMs, endedMs: performance.now(), error });
    }
  });
  return {
    /** Resolves when every gateway was asked so many questions from now on, and has done with them. */
    async answered(count: number): Promise<void> {
      const sinceMs = performance.now();
      await waitFor(
        () =>
          gateways.every(
            (_, index) =>
              asked.filter((one) => one.index === index && one.startedMs >= sinceMs).length >= count,
          ),
        { what: `${count} answers` },
      );
    },
    async stop(): Promise<Asked[]> {
      over.abort();
      await Promise.all(loops);
      return asked;
    },
  };
}

async function askOnce(client: OpenAI, stream: boolean): Promise<string | undefined> {
  const body = {
    model: 'bank-support',
    messages: [{ role: 'user' as const, content: 'Where is my card?' }],
  };
  try {
    const { choices } = stream
      ? await client.chat.completions.stream(body).finalChatCompletion()
      : await client.chat.completions.create(body);
    return (choices[0]?.message.content ?? '') === '' ? 'an empty answer' : undefined;
  } catch (error) {
    return String(error);
  }
}
