import { spawn } from 'node:child_process';
import { createWriteStream, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';

// The cause of a failure stands near the start of what a tool prints, or at its end.
const HEAD_LINES = 8;
const TAIL_LINES = 10;

/**
 * Runs a program with its output in a log file.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{ logFile: string, cwd: string, env: NodeJS.ProcessEnv, timeoutMs?: number }} options
 * @throws Error with the first and last lines that it printed, unless it ends with 0
 */
export function runLogged(command, args, { logFile, cwd, env, timeoutMs }) {
  mkdirSync(dirname(logFile), { recursive: true });
  return new Promise((resolve, reject) => {
    const log = createWriteStream(logFile);
    const child = spawn(command, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], timeout: timeoutMs });
    const head = [];
    let tail = [];
    for (const stream of [child.stdout, child.stderr]) {
      stream.pipe(log, { end: false });
      stream.on('data', (chunk) => {
        for (const line of String(chunk).trimEnd().split('\n')) {
          if (head.length < HEAD_LINES) head.push(line);
          else tail = [...head, ...tail, line].slice(-TAIL_LINES);
        }
      });
    }
    const fail = (reason) => {
      reject(
        new Error(
          [`${[command, ...args].join(' ')}: ${reason}`, ...head, ...tail, `(all of it: ${logFile})`].join(
            '\n  ',
          ),
        ),
      );
    };
    child.once('error', (error) => fail(error.message));
    child.once('close', (code, signal) => {
      log.end();
      if (code === 0) resolve();
      else fail(signal === null ? `exit code ${code}` : `ended by ${signal}`);
    });
  });
}
