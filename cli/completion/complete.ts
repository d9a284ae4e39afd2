import type { Command as Program } from 'commander';
import { createApiClient } from '../http/api-client.ts';
import { printable } from '../output/printable.ts';
import type { CliSettings } from '../settings.ts';
import { liveCandidates } from './live.ts';
import { wantedAt, type Candidate, type Wanted } from './wanted.ts';

/** So long a shell may be kept waiting for what only the API knows. */
const patienceMs = 300;

/**
 * What may stand at the cursor, a line each: the word, a tab, what it is; `:files` for the names of files. Silent about
 * what goes wrong: somebody is typing.
 *
 * @param words the cursor's word so far behind a `=`, which no shell drops for being empty, then the words before it
 */
export async function completionLines(
  program: Program,
  [current = '=', ...before]: readonly string[],
  readSettings: () => CliSettings,
): Promise<string> {
  const begun = current.slice(1);
  const wanted = wantedAt(program, before, begun);
  const candidates = [...wanted.known, ...(await liveOf(wanted, readSettings))];
  const lines = candidates.filter(({ value }) => value.startsWith(begun)).map(lineOf);
  return [...lines, ...(wanted.live?.kind === 'files' ? [':files'] : [])].map((line) => `${line}\n`).join('');
}

async function liveOf({ live }: Wanted, readSettings: () => CliSettings): Promise<Candidate[]> {
  if (live === undefined || live.kind === 'files') return [];
  try {
    return await liveCandidates(createApiClient(readSettings(), { timeoutMs: patienceMs }), live);
  } catch {
    // Offline, not told where the API is, or refused: there is nothing to offer, and a message would stand in the prompt.
    return [];
  }
}

function lineOf({ value, says }: Candidate): string {
  const clean = (text: string): string => printable(text).replaceAll(/\s+/g, ' ');
  return says === '' ? clean(value) : `${clean(value)}\t${clean(says)}`;
}
