import { spawn, type ChildProcess } from 'node:child_process';
import { resolve } from 'node:path';

const sluice = resolve(import.meta.dirname, '../../../cli/main.ts');
const green = '\u001B[32m';
const drawn = '\u001B[?2026h';

/** Codes that `release watch` ends with when it has done what it is for, or cannot reach the API for long. */
const expected = new Set<number | null>([0, 5, 10, 11, 12, 13, 15, 16, 130]);

export interface Watching {
  /** What the last block on the terminal was, and when it was drawn. */
  readonly last: () => { readonly block: string; readonly atMs: number } | undefined;
  /** What went wrong in it. */
  readonly faults: readonly string[];
  stop(): void;
}

/** Watches a release at a terminal of its own, in colours. */
export function watchAtTerminal(id: string, settings: Record<string, string>): Watching {
  const command = [process.execPath, sluice, 'release', 'watch', id].map((word) => `'${word}'`).join(' ');
  const child: ChildProcess = spawn(
    'script',
    ['-qefc', `stty cols 120 rows 50; exec ${command}`, '/dev/null'],
    {
      env: { PATH: process.env['PATH'], HOME: process.env['HOME'], TERM: 'xterm-256color', ...settings },
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const faults: string[] = [];
  let [written, atMs, isStopped] = ['', 0, false];
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    written += text;
    atMs = Date.now();
    const begins = written.lastIndexOf(drawn);
    // Of what was drawn before, nothing stands any more.
    if (begins > 0) written = written.slice(begins);
  });
  child.once('close', (code) => {
    if (isStopped) return;
    if (!expected.has(code))
      faults.push(`release watch ended with ${code ?? 'a signal'}: ${written.slice(-600)}`);
    if (/\n\s+at \S+ \(|node:internal/.test(written))
      faults.push(`release watch threw: ${written.slice(-600)}`);
  });
  return {
    last: () => (child.exitCode !== null || atMs === 0 ? undefined : { block: written, atMs }),
    faults,
    stop() {
      isStopped = true;
      child.kill('SIGKILL');
    },
  };
}

export function isGreen(block: string): boolean {
  return block.includes(green);
}
