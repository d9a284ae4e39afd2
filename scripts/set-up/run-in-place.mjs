import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * Runs a command in place of this process, as far as Node can: same terminal, signals passed on.
 *
 * @returns {Promise<number>} its exit code; 128 + signal number when a signal ended it
 * @throws Error when it cannot be run
 */
export function runInPlace(command, args, env = process.env) {
  const child = spawn(command, args, { stdio: 'inherit', env });
  // Ctrl-C in a terminal reaches the child without us; a second one would mean "at once".
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  process.on('SIGINT', () => terminal || child.kill('SIGINT'));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
  return new Promise((resolve, reject) => {
    child.once('error', (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
    child.once('exit', (code, signal) => resolve(signal === null ? code : 128 + constants.signals[signal]));
  });
}
