// Stands above a program that knows nothing of us (PostgreSQL, Temporal) and ends it when our parent is gone.
import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import { parseArgs } from 'node:util';
import type { StartedMessage } from './child-process.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    'stop-signal': { type: 'string' },
    'stop-timeout-ms': { type: 'string' },
    uid: { type: 'string' },
    gid: { type: 'string' },
  },
});
const [command, ...args] = positionals;
if (command === undefined) throw new Error('watchdog: no command given');
const stopSignal = values['stop-signal'] ?? 'SIGTERM';
const stopTimeoutMs = Number(values['stop-timeout-ms'] ?? 10_000);

const child = spawn(command, args, {
  stdio: ['ignore', 'inherit', 'inherit'],
  ...(values.uid === undefined ? {} : { uid: Number(values.uid) }),
  ...(values.gid === undefined ? {} : { gid: Number(values.gid) }),
});

child.once('error', (error) => {
  process.stderr.write(`${command}: ${error.message}\n`);
  process.exit(127);
});
child.once('spawn', () => {
  process.send?.({ pid: child.pid ?? 0 } satisfies StartedMessage);
});
child.once('exit', (code, signal) => {
  process.exit(signal === null ? (code ?? 1) : 128 + constants.signals[signal]);
});

function stop(): void {
  child.kill(stopSignal as NodeJS.Signals);
  setTimeout(() => child.kill('SIGKILL'), stopTimeoutMs).unref();
}
process.on('disconnect', stop);
process.on('SIGTERM', stop);
process.on('SIGINT', stop);
process.channel?.unref();
