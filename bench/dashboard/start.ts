// The dashboard over a real PostgreSQL and API: how long the list takes with 1,000 releases, and how soon a change of
// weight is seen on 20 open tabs of one browser: node bench/dashboard/start.ts [requests] [changes]
// Needs `npm run bootstrap` and a Chromium (SLUICE_CHROMIUM, else /usr/bin/chromium).
import { createServer } from 'node:http';
import { mkdtempSync, rmSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import { pino } from 'pino';
import { chromium, type Page } from 'playwright-core';
import { composeApi } from '../../api/compose.ts';
import { readDashboard } from '../../api/ui/dashboard-files.ts';
import { startPostgres } from '../../cli/up/servers/postgres.ts';
import { createPool } from '../../config-store/connection/create-pool.ts';
import { migrate } from '../../config-store/schema/migrate.ts';
import { createApp, promote, raise, startRelease } from '../../config-store/test-fixtures/release-fixture.ts';
import { storeChecks } from '../../tests/support/store-checks.ts';
import { createToken } from '../../config-store/tokens/create-token.ts';

const releases = 1_000;
/** Of them open, with a candidate on the traffic: each in an app of its own. */
const open = 50;
const tabs = 20;
/** Of a day. */
const looks = 8_640;
const requests = Number(process.argv[2] ?? 100);
const changes = Number(process.argv[3] ?? 40);

function quantile(values: readonly number[], share: number): number {
  return values.toSorted((a, b) => a - b)[Math.ceil(share * values.length) - 1] ?? NaN;
}

const ms = (values: readonly number[]) =>
  `median ${quantile(values, 0.5).toFixed(0)} ms, p95 ${quantile(values, 0.95).toFixed(0)} ms, of ${values.length}`;

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const postgres = await startPostgres({
  ...{ dataDirectory: join(folder, 'postgres'), durable: false, log: () => undefined },
});
await migrate(postgres.url);
const db = createPool(postgres.url, { applicationName: 'bench' });

/** Apps with twenty releases each, the newest of them open with 5 % of the traffic. */
async function fill() {
  const opened = [];
  for (let app = 0; app < open; app += 1) {
    const { app: name } = await createApp(db);
    for (let i = 1; i < releases / open; i += 1) await promote(db, name, `v${i}`);
    const newest = await startRelease(db, name, 'candidate');
    await raise(db, newest, { weight: 5, expectedVersion: newest.splitVersion });
    opened.push(newest);
  }
  return opened;
}

type OpenedRelease = Awaited<ReturnType<typeof fill>>[number];

/** Looks of a day, every ten seconds, each with counters of as many guardrails as were judged. */
async function lookForADay({ release, splitVersion }: OpenedRelease): Promise<void> {
  const at = { releaseId: release.id, stage: 'canary-5', splitVersion: splitVersion + 1, weight: 5 };
  await storeChecks(db, at, [{ exposed: 60, candidateBad: 1, stableBad: 1 }]);
  // In parts: no statement takes longer than the database lets it.
  for (let from = 1; from < looks; from += 500)
    await db.query(
      `with one as materialized (
         select release_id, stage, split_version, judgement, measured_at, counts || (
           select jsonb_object_agg(each->>'name', counts->'errors') from jsonb_array_elements(judgement->'guardrails') each) as counts
         from evidence where release_id = $1 and look = 0)
       insert into evidence (release_id, stage, look, split_version, counts, judgement, measured_at)
       select release_id, stage, n, split_version, counts, judgement, measured_at + n * interval '10 seconds'
       from one, generate_series($2::integer, least($2 + 499, $3)) n`,
      [release.id, from, looks - 1],
    );
}

/** How long a page takes the first time, and after that. */
async function measureDay(url: string, token: string, path: string): Promise<string> {
  const took: number[] = [];
  for (let i = 0; i < 11; i += 1) {
    const startedAt = performance.now();
    const response = await fetch(url + path, { headers: { authorization: `Bearer ${token}` } });
    if (!response.ok) throw new Error(await response.text());
    await response.json();
    took.push(performance.now() - startedAt);
  }
  const [first = NaN, ...others] = took;
  return `first ${first.toFixed(0)} ms, then ${ms(others)}`;
}

async function measureList(url: string, token: string): Promise<number[]> {
  const took: number[] = [];
  for (let i = 0; i < requests; i += 1) {
    const startedAt = performance.now();
    const response = await fetch(`${url}/v1/board?page=${(i % 3) + 1}`, {
      headers: { authorization: `Bearer ${token}` },
    });
    if (!response.ok) throw new Error(await response.text());
    await response.json();
    took.push(performance.now() - startedAt);
  }
  return took;
}

/** Notes in a page when each share of the traffic is first in its list, by the machine's clock. */
const noteShares = `
  globalThis.seenShares = new Map();
  new MutationObserver(() => {
    const text = document.querySelector('tbody')?.textContent ?? '';
    for (const [share] of text.matchAll(/\\d+ %/g))
      if (!seenShares.has(share)) seenShares.set(share, Date.now());
  }).observe(document.body, { subtree: true, childList: true, characterData: true });`;

/** When a page had a share in its list. */
async function shownAt(page: Page, share: string): Promise<number> {
  const handle = await page.waitForFunction(
    // It runs in the page, where `noteShares` has put it.
    (of) => (globalThis as unknown as { seenShares: Map<string, number> }).seenShares.get(of),
    share,
    { polling: 250 },
  );
  const at = await handle.jsonValue();
  if (at === undefined) throw new Error(`${share} was not shown.`);
  return at;
}

/** When a change was on the stream, for who reads nothing else of it. */
function followStream(url: string, token: string) {
  const at = new Map<number, number>();
  void (async () => {
    const response = await fetch(`${url}/v1/events`, { headers: { authorization: `Bearer ${token}` } });
    const decoder = new TextDecoder();
    for await (const part of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      for (const [, set] of decoder.decode(part).matchAll(/"weight":\{"set":(\d+)/g))
        if (!at.has(Number(set))) at.set(Number(set), Date.now());
    }
  })().catch(() => undefined);
  return at;
}

async function measureTabs(url: string, token: string, release: OpenedRelease) {
  const browser = await chromium.launch({
    executablePath: process.env['SLUICE_CHROMIUM'] ?? '/usr/bin/chromium',
    args: ['--no-sandbox', '--disable-dev-shm-usage'],
  });
  try {
    const context = await browser.newContext();
    const pages = await Promise.all(Array.from({ length: tabs }, () => context.newPage()));
    for (const page of pages) {
      await page.goto(`${url}/ui/?app=${release.release.app}&state=open#token=${token}`);
      await page.getByText('● live').waitFor();
      await page.evaluate(noteShares);
    }
    const told = followStream(url, token);
    const took: { readonly stream: number[]; readonly tabs: number[] } = { stream: [], tabs: [] };
    for (let change = 0; change < changes; change += 1) {
      const weight = 6 + change;
      const expectedVersion = release.splitVersion + 1 + change;
      await raise(db, release, { weight, expectedVersion });
      const writtenAt = Date.now();
      const seenAt = await Promise.all(pages.map((page) => shownAt(page, `${weight} %`)));
      took.tabs.push(...seenAt.map((at) => at - writtenAt));
      took.stream.push((told.get(weight) ?? NaN) - writtenAt);
    }
    return took;
  } finally {
    await browser.close();
  }
}

const connection = Connection.lazy({ address: '127.0.0.1:9' });
const api = composeApi({
  ...{ db, databaseUrl: postgres.url, temporal: new Client({ connection }), taskQueue: 'bench' },
  ...{ subjectKeys: [Buffer.alloc(32)], environments: ['production', 'staging'], oidcIssuers: new Map() },
  ...{ version: 'bench', requestsPerMinute: 1_000_000, trustedProxies: [], log: pino({ level: 'error' }) },
  dashboard: readDashboard(join(import.meta.dirname, '../../dashboard/dist')),
});
const server = createServer(api.app);
await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
const address = server.address();
const url = `http://127.0.0.1:${typeof address === 'object' ? (address?.port ?? 0) : 0}`;
try {
  const { token } = await createToken(db, { name: 'bench', role: 'admin', actor: 'bench' });
  const [first, second] = await fill();
  if (first === undefined || second === undefined) throw new Error('Nothing is open.');
  console.log(`load ${loadavg()[0]?.toFixed(1) ?? '?'}`);
  console.log(`list of ${releases} releases: ${ms(await measureList(url, token))}`);
  await lookForADay(second);
  for (const page of ['view', 'chart'])
    console.log(
      `${page} of ${looks} looks: ${await measureDay(url, token, `/v1/releases/${second.release.id}/${page}`)}`,
    );
  const took = await measureTabs(url, token, first);
  console.log(`a change of weight on the stream: ${ms(took.stream)}`);
  console.log(`a change of weight on ${tabs} tabs: ${ms(took.tabs)}`);
} finally {
  await api.endStreams();
  server.closeAllConnections();
  server.close();
  await db.end();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
