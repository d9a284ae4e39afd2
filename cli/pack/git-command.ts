import { spawnSync } from 'node:child_process';
import { systemErrorCode } from '../up/servers/system-error.ts';

/** What git answered; `said` is its own words where it could not. */
export type GitAnswer =
  { readonly ok: true; readonly stdout: Buffer } | { readonly ok: false; readonly said: string };

/** Large enough for every file that a release takes; a body of the API has 2 MB. */
const maxBuffer = 64 * 1024 * 1024;

/** Runs git in a folder. Never throws: whether a failure matters is for the caller to say. */
export function runGit(directory: string, args: readonly string[], input = ''): GitAnswer {
  const ran = spawnSync('git', args, {
    cwd: directory,
    input,
    maxBuffer,
    // Its words are matched here and there; and a look must not wait for a lock, nor take one.
    env: { ...process.env, LC_ALL: 'C', GIT_OPTIONAL_LOCKS: '0' },
  });
  if (ran.error !== undefined) {
    const missing = systemErrorCode(ran.error) === 'ENOENT';
    return { ok: false, said: missing ? 'git is not installed' : ran.error.message };
  }
  if (ran.status === 0) return { ok: true, stdout: ran.stdout };
  return {
    ok: false,
    said: ran.stderr
      .toString('utf8')
      .replace(/^fatal: /, '')
      .trim(),
  };
}

/** The same for an answer of one line; `undefined` where git has none. */
export function askGit(directory: string, ...args: string[]): string | undefined {
  const answer = runGit(directory, args);
  return answer.ok ? answer.stdout.toString('utf8').trim() : undefined;
}
