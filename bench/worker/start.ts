// How long a worker takes from its first instruction until it takes tasks, with its workflow bundle built and kept:
// node bench/worker/start.ts [starts]. Add --cpu-prof by NODE_OPTIONS to see what it spends its time on.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../cli/up/servers/postgres.ts';
import { startTemporalServer } from '../../cli/up/servers/temporal-server.ts';
import { migrate } from '../../config-store/schema/migrate.ts';
import { cpuMsOf } from '../gateway/pinned-process.ts';

const worker = join(import.meta.dirname, '../../workers/main.ts');

interface Start {
  readyMs: number;
  /** User and system time of the process until then: what depends least on what else the machine does. */
  cpuMs: number;
}

/** Starts a worker, waits for the line that says that it takes tasks, and ends it. */
function startOnce(env: Record<string, string>): Promise<Start> {
  return new Promise((resolve, reject) => {
    const startedAt = performance.now();
    const child = spawn(process.execPath, [worker], {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let start: Start | undefined;
    child.stdout.once('data', () => {
      start = { readyMs: performance.now() - startedAt, cpuMs: cpuMsOf(child) };
      child.kill('SIGTERM');
    });
    child.once('error', reject);
    child.once('exit', () => {
      if (start === undefined) reject(new Error('The worker ended before it took tasks.'));
      else resolve(start);
    });
  });
}

function medianOf(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? NaN;
}

const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
const environmentsFile = join(folder, 'sluice.environments.yaml');
writeFileSync(environmentsFile, 'environments: { staging: { providers: {} } }');
const log = (): undefined => undefined;
const [postgres, temporal] = await Promise.all([
  startPostgres({ dataDirectory: join(folder, 'postgres'), durable: false, log }),
  startTemporalServer({ env: process.env, uiPort: 'off', logFile: join(folder, 'temporal.log'), log }),
]);
await migrate(postgres.url);
try {
  const starts: Start[] = [];
  for (let start = 0; start < Number(process.argv[2] ?? 5); start += 1) {
    const one = await startOnce({
      DATABASE_URL: postgres.url,
      TEMPORAL_ADDRESS: temporal.address,
      SLUICE_ENVIRONMENTS_FILE: environmentsFile,
      SLUICE_STAGING_GATEWAY_URL: 'http://127.0.0.1:9',
      SLUICE_DATA_KEY: randomBytes(32).toString('base64'),
      SLUICE_INTERNAL_TOKEN: randomBytes(16).toString('hex'),
      SLUICE_LOG_LEVEL: 'warn',
    });
    starts.push(one);
    console.log(
      `ready after ${Math.round(one.readyMs)} ms, ${one.cpuMs} ms of CPU (load ${loadavg()[0]?.toFixed(1) ?? '?'})`,
    );
  }
  const ready = medianOf(starts.map(({ readyMs }) => readyMs));
  const cpu = medianOf(starts.map(({ cpuMs }) => cpuMs));
  console.log(`median of ${starts.length} starts: ready after ${Math.round(ready)} ms, ${cpu} ms of CPU`);
} finally {
  await Promise.all([postgres.stop(), temporal.stop()]);
  rmSync(folder, { recursive: true, force: true });
}
