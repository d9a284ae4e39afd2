import { Pool } from 'undici';

export interface Asked {
  readonly origin: string;
  readonly model: string;
  readonly stream: boolean;
}

const path = '/v1/chat/completions';
let asked = 0;

/** Every request differs from all others: the gateway would take the same one again for a retry, and not count it. */
function bodyOf({ model, stream }: Asked): string {
  asked += 1;
  const content = `Question ${asked}: why was my card payment declined twice in the same shop yesterday?`;
  return JSON.stringify({ model, messages: [{ role: 'user', content }], stream });
}

/** Asks once and reads the whole answer; gives the milliseconds that took. Throws where the answer is no answer. */
export async function askOnce(pool: Pool, what: Asked): Promise<number> {
  const { stream } = what;
  const startedMs = performance.now();
  const headers = { 'content-type': 'application/json', 'x-sluice-subject': `subject-${asked % 5000}` };
  const { statusCode, body } = await pool.request({ method: 'POST', path, headers, body: bodyOf(what) });
  const text = await body.text();
  const isWhole = statusCode === 200 && text.includes('word19') && (!stream || text.includes('[DONE]'));
  if (!isWhole) throw new Error(`${statusCode} ${text.slice(0, 300)}`);
  return performance.now() - startedMs;
}

/** Callers that each ask again as soon as they are answered. Gives the number of answers and the seconds they took. */
export async function askAtOnce(
  what: Asked,
  { callers, seconds }: { callers: number; seconds: number },
): Promise<{ answers: number; seconds: number }> {
  const pool = new Pool(what.origin, { connections: callers });
  const startedMs = performance.now();
  const endMs = startedMs + 1000 * seconds;
  let answers = 0;
  await Promise.all(
    Array.from({ length: callers }, async () => {
      while (performance.now() < endMs) {
        await askOnce(pool, what);
        answers += 1;
      }
    }),
  );
  const tookMs = performance.now() - startedMs;
  await pool.close();
  return { answers, seconds: tookMs / 1000 };
}

/** One request after the other, each target in turn, so that whatever else the machine does hits all alike. */
export async function askInTurn(targets: readonly Asked[], rounds: number): Promise<number[][]> {
  const pools = targets.map((what) => ({ what, pool: new Pool(what.origin, { connections: 1 }) }));
  const latencies = targets.map((): number[] => []);
  for (let round = 0; round < rounds; round += 1) {
    for (const [i, { what, pool }] of pools.entries()) latencies[i]?.push(await askOnce(pool, what));
  }
  await Promise.all(pools.map(({ pool }) => pool.close()));
  return latencies;
}
