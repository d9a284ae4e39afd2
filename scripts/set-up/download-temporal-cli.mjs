// A process of its own, run by the pinned Node: `node download-temporal-cli.mjs FOLDER URL SHA256`.
// Unpacks `temporal` out of the archive into FOLDER, and only if the archive is the one that was meant: nothing of a
// download that differs is ever unpacked. NODE_USE_ENV_PROXY in its environment makes it honour HTTPS_PROXY.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** The archives have about 60 MB. */
const MOST_BYTES = 200_000_000;

async function download(url) {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`${url} answers ${response.status}`);
  const chunks = [];
  let bytes = 0;
  for await (const chunk of response.body) {
    bytes += chunk.length;
    if (bytes > MOST_BYTES) throw new Error(`${url} has more than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const [folder, url, expected] = process.argv.slice(2);
const archive = await download(url);
const found = createHash('sha256').update(archive).digest('hex');
if (found !== expected) {
  throw new Error(`${url} has the SHA-256 ${found}, not ${expected}: it was not unpacked`);
}
const file = join(folder, 'archive.tar.gz');
writeFileSync(file, archive);
execFileSync('tar', ['-xzf', file, '-C', folder, 'temporal'], { stdio: 'inherit' });
rmSync(file);
