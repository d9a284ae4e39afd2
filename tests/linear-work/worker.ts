import { parentPort } from 'node:worker_threads';
import { crowds } from './crowds.ts';
import { pieces, subjects } from './subjects.ts';

const length = 1024 * 1024;

parentPort?.postMessage('begun');
for (const [name, subject] of Object.entries(subjects)) {
  parentPort?.postMessage(name);
  for (const piece of pieces) {
    parentPort?.postMessage(`${name}: ${JSON.stringify(piece)}`);
    try {
      await subject(piece.repeat(Math.ceil(length / piece.length)));
    } catch {
      // To refuse is as good as to do: what matters is how long it took.
    }
  }
}
for (const [name, work] of Object.entries(crowds)) {
  parentPort?.postMessage(`${name}: many`);
  work();
}
parentPort?.postMessage('done');
