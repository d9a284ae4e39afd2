import { execFile, execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { temporalArchive } from './temporal-archive.mjs';
import { TEMPORAL_CLI_VERSION } from './temporal-cli.mjs';

let folder: string;
let archive: Buffer;
let server: Server;
let url: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-download-'));
  writeFileSync(join(folder, 'temporal'), '#!/bin/sh\necho temporal version 1.8.2\n', { mode: 0o755 });
  execFileSync('tar', ['-czf', join(folder, 'a.tar.gz'), '-C', folder, 'temporal']);
  archive = readFileSync(join(folder, 'a.tar.gz'));
  server = createServer((request, response) => {
    response.statusCode = request.url === '/a.tar.gz' ? 200 : 404;
    response.end(archive);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

/** Runs the download into a new folder; what it printed when it failed, and whether the program is there. */
function download(from: string, sha256: string): Promise<{ error: string; unpacked: boolean }> {
  const target = join(folder, `target-${sha256.slice(0, 8)}-${from.length}`);
  mkdirSync(target);
  return new Promise((resolve) => {
    execFile(
      process.execPath,
      [join(import.meta.dirname, 'download-temporal-cli.mjs'), target, from, sha256],
      (_error, _stdout, stderr) => {
        resolve({ error: stderr, unpacked: existsSync(join(target, 'temporal')) });
      },
    );
  });
}

it('unpacks an archive of the digest that was meant', async () => {
  const sha256 = createHash('sha256').update(archive).digest('hex');
  expect(await download(`${url}/a.tar.gz`, sha256)).toEqual({ error: '', unpacked: true });
});

it('unpacks nothing of another archive, and says so', async () => {
  const { error, unpacked } = await download(`${url}/a.tar.gz`, 'f'.repeat(64));
  expect(unpacked).toBe(false);
  expect(error).toContain('was not unpacked');
});

it('says when there is no such archive', async () => {
  expect((await download(`${url}/none`, 'f'.repeat(64))).error).toContain('/none answers 404');
});

it('knows the archive of each machine that Sluice runs on, and of no other', () => {
  for (const [platform, arch] of [
    ['linux', 'x64'],
    ['linux', 'arm64'],
    ['darwin', 'x64'],
    ['darwin', 'arm64'],
  ] as const) {
    const { url: published, sha256 } = temporalArchive(platform, arch) ?? { url: '', sha256: '' };
    expect(published).toContain(
      `/v${TEMPORAL_CLI_VERSION}/temporal_cli_${TEMPORAL_CLI_VERSION}_${platform}_`,
    );
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  }
  expect(temporalArchive('sunos', 'x64')).toBeUndefined();
});
