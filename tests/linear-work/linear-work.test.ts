import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Work of this size takes milliseconds where it is linear, and many seconds to hours where it is not. */
const deadlineMs = 10_000;

it('works on whatever it is handed as long as it takes to read it, and no function of its length (31)', async () => {
  const worker = new Worker(join(import.meta.dirname, 'worker.ts'));
  let doing = '';
  try {
    while (doing !== 'done') {
      const signal = AbortSignal.timeout(deadlineMs);
      const [message] = (await once(worker, 'message', { signal }).catch(() => {
        throw new Error(`More than ${deadlineMs} ms for a text of ${doing}.`);
      })) as [string];
      doing = message;
    }
  } finally {
    await worker.terminate();
  }
}, 300_000);
