// How soon nobody is sent to a candidate any more: `sluice rollback --direct` with a database, a gateway and nothing else
// (no API, no Temporal), while 8 callers ask without a pause and half of the answers come from the candidate. Under a
// minute; traffic goes to 127.0.0.1 only.
import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { loadavg, cpus } from 'node:os';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { query } from '../../config-store/postgres/db.ts';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { rollback } from '../../config-store/splits/rollback.ts';
import { createApp, environment, openaiTarget, release } from '../../gateway/test-fixtures/use-gateways.ts';
import { startMeasuredGateway } from './measured-gateway.ts';

const rounds = 5;
const callers = 8;
const answerAfterMs = 100;
const command = join(import.meta.dirname, '../../bin/sluice');

/** Milliseconds since 1970: of the requests that the candidate was asked, and of their answers. */
const asked: number[] = [];
const answered: number[] = [];
const now = (): number => performance.timeOrigin + performance.now();

const provider = createServer((request, response) => {
  let body = '';
  request.setEncoding('utf8').on('data', (piece: string) => (body += piece));
  request.once('end', () => {
    const isCandidate = body.includes('"temperature":0');
    if (isCandidate) asked.push(now());
    setTimeout(() => {
      if (isCandidate) answered.push(now());
      const choices = [{ index: 0, message: { role: 'assistant', content: 'yes' }, finish_reason: 'stop' }];
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ model: 'm', choices, usage: {} }));
    }, answerAfterMs);
  });
});
provider.listen(0, '127.0.0.1');
await once(provider, 'listening');
const providerUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`; // a TCP server's address is one

const measured = await startMeasuredGateway(providerUrl);
const db = createPool(measured.databaseUrl, { applicationName: 'bench' });

async function askOn(app: string, until: AbortSignal): Promise<void> {
  while (!until.aborted) {
    const body = JSON.stringify({ model: app, messages: [{ role: 'user', content: 'x' }] });
    const headers = { 'content-type': 'application/json' };
    await (await fetch(`${measured.origin}/v1/chat/completions`, { method: 'POST', headers, body })).text();
  }
}

/** The command as somebody types it, with its start; or the write alone, in a session that has written before, as the API's. */
const presses = {
  async command(app: string): Promise<void> {
    const env = { PATH: process.env['PATH'], DATABASE_URL: measured.databaseUrl };
    await promisify(execFile)(command, ['rollback', app, '--direct', '--reason', 'measured'], { env });
  },
  write: async (app: string): Promise<void> => {
    const by = { environment, actor: 'user:bench', reason: 'measured', operationId: randomUUID() };
    await rollback(warm, { ...by, app });
  },
};
const warm = createPool(measured.databaseUrl, { applicationName: 'bench-press', max: 1 });

async function round(press: (app: string) => Promise<void>) {
  const content = { chain: [openaiTarget] };
  const { app } = await createApp(db, content);
  await release(db, app, { weight: 50, content: { ...content, parameters: { temperature: 0 } } });
  while (!(await (await fetch(`${measured.origin}/v1/models`)).text()).includes(app)) await delay(50);
  asked.length = answered.length = 0;
  const over = new AbortController();
  const traffic = Array.from({ length: callers }, () => askOn(app, over.signal));
  while (asked.length < 50) await delay(10);
  const pressedMs = now();
  await press(app);
  const pressMs = now() - pressedMs;
  await delay(1_000);
  over.abort();
  await Promise.all(traffic);
  const sql = `select extract(epoch from at)::float8 * 1000 as "atMs" from split_history
    where app = $1 and kind = 'rollback' order by version desc limit 1`;
  const [written] = await query<{ atMs: number }>(db, sql, [app]);
  const decidedMs = written?.atMs ?? NaN;
  return {
    lastStart: Math.max(...asked) - decidedMs,
    lastAnswer: Math.max(...answered) - decidedMs,
    press: pressMs,
  };
}

type Result = Awaited<ReturnType<typeof round>>;

function tell(name: string, results: readonly Result[]): void {
  process.stdout.write(`${name}, ${results.length} rounds\n`);
  for (const each of ['lastStart', 'lastAnswer', 'press'] as const) {
    const sorted = results.map((result) => result[each]).sort((a, b) => a - b);
    const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1);
    process.stdout.write(`  ${each}: least ${at(0)} ms, median ${at(0.5)} ms, most ${at(1)} ms\n`);
  }
}

await round(presses.write); // The session's first one compiles the functions.
for (const [name, press] of Object.entries(presses)) {
  const results: Result[] = [];
  for (let i = 0; i < rounds; i += 1) results.push(await round(press));
  tell(name, results);
}
const load = loadavg().map((value) => value.toFixed(1));
process.stdout.write(`load ${load.join(' ')} on ${cpus().length} cores\n`);
await warm.end();
await db.end();
await measured.stop();
provider.closeAllConnections();
provider.close();
