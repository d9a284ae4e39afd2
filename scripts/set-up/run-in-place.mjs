import { spawn } from 'node:child_process';
import { constants } from 'node:os';

const PARENT_POLL_MS = 250;

/**
 * Runs a command in place of this process, as far as Node can: same terminal, signals passed on.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} env
 * @param {{ endsWithParent?: number }} options the process that this one was started by, where its end is to end the
 *   command: npm hands a signal to the shell between itself and us, and that shell dies of it without passing it on
 * @returns {Promise<number>} its exit code; 128 + signal number when a signal ended it
 * @throws Error when it cannot be run
 */
export async function runInPlace(command, args, env = process.env, { endsWithParent } = {}) {
  if (isGone(endsWithParent)) return 128 + constants.signals.SIGTERM;
  const child = spawn(command, args, { stdio: 'inherit', env });
  // Ctrl-C in a terminal reaches the child without us; a second one would mean "at once".
  const terminal = process.stdin.isTTY || process.stdout.isTTY || process.stderr.isTTY;
  const watch = setInterval(() => isGone(endsWithParent) && tell('SIGTERM'), PARENT_POLL_MS);
  const tell = (signal) => {
    // Told once: the signal that ended the parent may have reached us, too.
    clearInterval(watch);
    child.kill(signal);
  };
  process.on('SIGINT', () => (terminal ? clearInterval(watch) : tell('SIGINT')));
  for (const signal of ['SIGTERM', 'SIGHUP']) process.on(signal, () => tell(signal));
  try {
    return await new Promise((resolve, reject) => {
      child.once('error', (error) => reject(new Error(`${command} cannot be run: ${error.message}`)));
      child.once('exit', (code, signal) => resolve(signal === null ? code : 128 + constants.signals[signal]));
    });
  } finally {
    clearInterval(watch);
  }
}

/** Whether our parent has ended: another process has taken us in. */
function isGone(parent) {
  return parent !== undefined && process.ppid !== parent;
}
