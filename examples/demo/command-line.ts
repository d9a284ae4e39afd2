import { spawn, type ChildProcess } from 'node:child_process';
import { join, resolve } from 'node:path';

const sluice = resolve(import.meta.dirname, '..', '..', 'cli', 'main.ts');

/** What a command printed, and how it ended. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The document of `--json`. */
  readonly json: Record<string, unknown>;
}

export interface CommandLine {
  /** Runs `sluice <args> --json` in the app's folder. */
  sluice(args: readonly string[], onProgress?: (line: string) => void): Promise<Ran>;
  /** Runs another program. */
  run(program: string, args: readonly string[]): Promise<Ran>;
  /** Ends what still runs, and runs nothing more. */
  stop(): Promise<void>;
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Runs commands as a person would, in a folder and with the settings of a stack. */
export function createCommandLine(directory: string, env: Readonly<Record<string, string>>): CommandLine {
  const stopped = new AbortController();
  const running = new Set<ChildProcess>();

  function run(program: string, args: readonly string[], onProgress?: (line: string) => void): Promise<Ran> {
    return new Promise((settle, reject) => {
      const child = spawn(program, args, {
        cwd: directory,
        env: { ...process.env, ...env, CI: '', NO_COLOR: '1' },
        signal: stopped.signal,
      });
      running.add(child);
      let [stdout, stderr] = ['', ''];
      child.stdout.setEncoding('utf8').on('data', (chunk: string) => (stdout += chunk));
      child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
        stderr += chunk;
        for (const line of chunk.split('\n')) if (line.trim() !== '') onProgress?.(line);
      });
      child.once('error', (error) => {
        if (child.pid === undefined) running.delete(child);
        reject(error);
      });
      child.once('close', (code) => {
        running.delete(child);
        settle({ code: code ?? 1, stdout, stderr, json: jsonOf(stdout) });
      });
    });
  }
  return {
    sluice: (args, onProgress) => run(process.execPath, [sluice, '--json', ...args], onProgress),
    run: (program, args) => run(program, args),
    async stop() {
      const closed = [...running].map((child) => new Promise((settle) => child.once('close', settle)));
      stopped.abort();
      await Promise.all(closed);
    },
  };
}

/** The folder that holds the `sluice` command, for readers who want it on their PATH. */
export const binDirectory = join(import.meta.dirname, '..', '..', 'bin');
