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
import { createToken } from '../../config-store/tokens/create-token.ts';

const releases = 1_000;
/** Of them open, with a candidate on the traffic: each in an app of its own. */
const open = 50;
const tabs = 20;
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

/** Until a page has shown a text, by the machine's own clock. */
async function shownAt(page: Page, text: string): Promise<number> {
  await page.getByText(text).first().waitFor();
  return performance.now();
}

type OpenedRelease = Awaited<ReturnType<typeof fill>>[number];

async function measureTabs(url: string, token: string, release: OpenedRelease): Promise<number[]> {
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
    }
    const took: number[] = [];
    for (let change = 0; change < changes; change += 1) {
      const weight = 6 + change;
      const expectedVersion = release.splitVersion + 1 + change;
      await raise(db, release, { weight, expectedVersion });
      const writtenAt = performance.now();
      const seenAt = await Promise.all(pages.map((page) => shownAt(page, `${weight} %`)));
      took.push(...seenAt.map((at) => at - writtenAt));
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
  const [first] = await fill();
  if (first === undefined) throw new Error('Nothing is open.');
  console.log(`load ${loadavg()[0]?.toFixed(1) ?? '?'}`);
  console.log(`list of ${releases} releases: ${ms(await measureList(url, token))}`);
  console.log(`a change of weight on ${tabs} tabs: ${ms(await measureTabs(url, token, first))}`);
} finally {
  await api.endStreams();
  server.closeAllConnections();
  server.close();
  await db.end();
  await postgres.stop();
  rmSync(folder, { recursive: true, force: true });
}
process.exit(0);
