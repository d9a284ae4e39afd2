// Plays releases on a real stack and keeps what that leaves behind: node tests/recorded/record/main.ts NAME
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Pool } from 'pg';
import { openSecrets } from '../../../cli/up/home/home.ts';
import { createDataKeys, parseDataKeyList } from '../../../program/data-keys.ts';
import { startWorld } from '../../../examples/demo/world.ts';
import { recordHistories } from './histories.ts';
import { playReleases } from './play-releases.ts';
import { writeRows } from './rows.ts';

async function record(name: string): Promise<void> {
  const folder = join(import.meta.dirname, '..', name);
  mkdirSync(folder, { recursive: true });
  const say = (line: string) => process.stdout.write(`${line}\n`);
  const world = await startWorld({ dataDirectory: undefined, vendors: undefined, onProgress: say });
  const db = new Pool({ connectionString: world.stack.connections.databaseUrl, max: 2 });
  const histories = await recordHistories(world.stack.connections.temporalAddress, folder);
  try {
    await playReleases(world, db, histories, say);
    // Nothing is counted any more while the tables are read one after the other.
    for (const gateway of world.stack.gateways) await gateway.stop();
    await writeRows(db, createDataKeys(parseDataKeyList(openSecrets(world.home).secrets.dataKey)), folder);
  } finally {
    await histories.close();
    await db.end();
    await world.stop();
  }
}

const [name] = process.argv.slice(2);
if (name === undefined || !/^[\w-]+$/.test(name)) {
  process.stderr.write('usage: node tests/recorded/record/main.ts NAME (of the commit whose code runs)\n');
  process.exitCode = 2;
} else {
  await record(name);
}
