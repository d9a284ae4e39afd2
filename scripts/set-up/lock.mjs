// One process at a time, also when two set-ups start together. Held by a file that its owner keeps touching.
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const TOUCH_MS = 2_000;
const STALE_MS = 20_000;
const POLL_MS = 250;

/**
 * Runs `work` while no other process runs work under the same lock file. A lock whose owner is dead or has not touched
 * it for 20 s is taken over.
 *
 * @template T
 * @param {string} file
 * @param {{ onWait?: (ownerPid: number) => void, work: () => Promise<T> }} options
 * @returns {Promise<T>}
 */
export async function withLock(file, { onWait = () => {}, work }) {
  await mkdir(dirname(file), { recursive: true });
  let told = false;
  while (!(await take(file))) {
    const owner = await readOwner(file);
    if (owner === undefined) continue;
    if (owner.stale) {
      await removeStale(file);
      continue;
    }
    if (!told) onWait(owner.pid);
    told = true;
    await delay(POLL_MS);
  }
  const touching = setInterval(() => {
    const now = new Date();
    // Gone only when somebody deleted it by hand; the work itself goes on.
    utimes(file, now, now).catch(() => {});
  }, TOUCH_MS);
  try {
    return await work();
  } finally {
    clearInterval(touching);
    await rm(file, { force: true });
  }
}

async function take(file) {
  try {
    await writeFile(file, String(process.pid), { flag: 'wx' });
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

async function readOwner(file) {
  try {
    const [text, { mtimeMs }] = await Promise.all([readFile(file, 'utf8'), stat(file)]);
    const pid = Number(text);
    const age = Date.now() - mtimeMs;
    // Empty for the instant between creation and writing.
    const dead = text !== '' && !isAlive(pid);
    return { pid, stale: dead || age > STALE_MS };
  } catch (error) {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Renaming lets only one of several waiters take the dead lock away. */
async function removeStale(file) {
  const moved = `${file}.stale-${process.pid}`;
  try {
    await rename(file, moved);
    await rm(moved, { force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error;
  }
}
