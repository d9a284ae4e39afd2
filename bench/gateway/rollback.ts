// How soon nobody is sent to a candidate any more: `sluice rollback --direct` with a database, a gateway and nothing else
// (no API, no Temporal), while 8 callers ask without a pause and half of the answers come from the candidate. Under a
// minute; traffic goes to 127.0.0.1 only.
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { loadavg, cpus } from 'node:os';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { query } from '../../config-store/postgres/db.ts';
import { createPool } from '../../config-store/postgres/create-pool.ts';
import { createApp, openaiTarget, release } from '../../gateway/test-fixtures/use-gateways.ts';
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

async function round() {
  const content = { chain: [openaiTarget] };
  const { app } = await createApp(db, content);
  await release(db, app, { weight: 50, content: { ...content, parameters: { temperature: 0 } } });
  while (!(await (await fetch(`${measured.origin}/v1/models`)).text()).includes(app)) await delay(50);
  asked.length = answered.length = 0;
  const over = new AbortController();
  const traffic = Array.from({ length: callers }, () => askOn(app, over.signal));
  while (asked.length < 50) await delay(10);
  const env = { PATH: process.env['PATH'], DATABASE_URL: measured.databaseUrl };
  const pressedMs = now();
  await promisify(execFile)(command, ['rollback', app, '--direct', '--reason', 'measured'], { env });
  const commandMs = now() - pressedMs;
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
    command: commandMs,
  };
}

const results: Awaited<ReturnType<typeof round>>[] = [];
for (let i = 0; i < rounds; i += 1) {
  const result = await round();
  process.stdout.write(`${JSON.stringify(result)}\n`);
  results.push(result);
}
const load = loadavg().map((value) => value.toFixed(1));
process.stdout.write(`${rounds} rounds, load ${load.join(' ')} on ${cpus().length} cores\n`);
for (const name of ['lastStart', 'lastAnswer', 'command'] as const) {
  const sorted = results.map((result) => result[name]).sort((a, b) => a - b);
  const at = (share: number): string => (sorted[Math.floor(share * (sorted.length - 1))] ?? NaN).toFixed(1);
  process.stdout.write(`${name}: least ${at(0)} ms, median ${at(0.5)} ms, most ${at(1)} ms\n`);
}
await db.end();
await measured.stop();
provider.closeAllConnections();
provider.close();
