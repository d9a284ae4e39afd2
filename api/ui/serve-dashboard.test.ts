import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import express, { type NextFunction, type Request, type Response } from 'express';
import { problemOf } from '../http/problem.ts';
import { readDashboard, type DashboardFile } from './dashboard-files.ts';
import { dashboardRouter } from './serve-dashboard.ts';

const document = `<!doctype html><title>Sluice</title>${' '.repeat(2_000)}`;
let folder: string;
const servers: Server[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-dashboard-'));
  mkdirSync(join(folder, 'assets'));
  for (const [path, text] of [
    ['index.html', document],
    ['assets/index-Ab12.js', 'export {};'],
    ['manifest.json', '{}'],
    ['inputs.sha256', 'x'],
  ] as const)
    writeFileSync(join(folder, path), text);
});
afterAll(() => {
  for (const server of servers) server.close();
  rmSync(folder, { recursive: true, force: true });
});

async function serve(
  files: ReadonlyMap<string, DashboardFile>,
): Promise<(path: string, headers?: object) => Promise<globalThis.Response>> {
  const app = express();
  app.use(dashboardRouter(files));
  app.use((error: unknown, _request: Request, response: Response, _next: NextFunction) => {
    const problem = problemOf(error, 'urn:test');
    response.status(problem.status).json(problem);
  });
  const server = createServer(app);
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return (path, headers = {}) =>
    fetch(`http://127.0.0.1:${port}${path}`, { headers: { ...headers }, redirect: 'manual' });
}

it('has the document at every address that is a page, and sends others on to it', async () => {
  const get = await serve(readDashboard(folder));
  for (const path of ['/ui/', '/ui/r/rel_1?tab=mirror', '/ui/apps/bank-support']) {
    const response = await get(path);
    expect([response.status, response.headers.get('content-type')]).toEqual([
      200,
      'text/html; charset=utf-8',
    ]);
    expect(response.headers.get('cache-control')).toBe('no-cache');
    expect(await response.text()).toBe(document);
  }
  for (const path of ['/', '/ui']) {
    const response = await get(path);
    expect([response.status, response.headers.get('location')]).toEqual([302, '/ui/']);
  }
});

it('lets a page run its own files alone, none that is written into it, and no evaluated text', async () => {
  const get = await serve(readDashboard(folder));
  const policy = (await get('/ui/')).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).toContain("frame-ancestors 'none'");
  expect(policy).not.toMatch(/unsafe|\*|https?:|data:/);
});

it('sends what never changes to be kept for ever, and everything by gzip where that is smaller', async () => {
  const files = readDashboard(folder);
  const get = await serve(files);
  const asset = await get('/ui/assets/index-Ab12.js');
  expect(asset.headers.get('cache-control')).toContain('immutable');
  expect(await asset.text()).toBe('export {};');
  expect(gunzipSync(files.get('index.html')?.gzipped ?? Buffer.alloc(0)).toString()).toBe(document);
  expect((await get('/ui/', { 'accept-encoding': 'gzip' })).headers.get('content-encoding')).toBe('gzip');
  expect((await get('/ui/', { 'accept-encoding': 'identity' })).headers.get('content-encoding')).toBeNull();
});

it('has nothing but what the build made for browsers, whatever is asked for', async () => {
  const get = await serve(readDashboard(folder));
  for (const path of [
    ...['/ui/manifest.json', '/ui/inputs.sha256', '/ui/assets/gone-Cd34.js', '/ui/assets/'],
    ...['/ui/%2e%2e/package.json', '/ui/..%2f..%2fetc/passwd', '/ui/assets/%2e%2e/%2e%2e/inputs.sha256'],
  ])
    expect([path, (await get(path)).status]).toEqual([path, 404]);
});

it('says what to do where none is built', async () => {
  const get = await serve(readDashboard(join(folder, 'nowhere')));
  const response = await get('/ui/');
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({
    remedy: expect.stringContaining('npm run bootstrap') as string,
  });
});
