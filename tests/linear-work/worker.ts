import { parentPort } from 'node:worker_threads';
import { crowds } from './crowds.ts';
import { mixtures } from './mixtures.ts';
import { pieces } from './pieces.ts';
import { shapes } from './shapes.ts';
import { shownTexts } from './shown-texts.ts';
import { subjects } from './subjects.ts';

const isFull = process.env['SLUICE_SECURITY'] === 'full';
/** In characters: enough for what grows with the square of it to take many seconds. */
const length = isFull ? 1024 * 1024 : 128 * 1024;

parentPort?.postMessage('begun');
for (const [name, subject] of Object.entries({ ...subjects, ...shownTexts })) {
  parentPort?.postMessage(name);
  for (const piece of isFull ? [...pieces, ...mixtures] : pieces) {
    parentPort?.postMessage(`${name}: ${JSON.stringify(piece)}`);
    try {
      await subject(piece.repeat(Math.ceil(length / piece.length)))();
    } catch {
      // To refuse is as good as to do: what matters is how long it took.
    }
  }
}
for (const [name, make] of Object.entries(shapes)) {
  parentPort?.postMessage(name);
  try {
    make()();
  } catch {
    // The same.
  }
}
for (const [name, work] of Object.entries(crowds)) {
  parentPort?.postMessage(`${name}: many`);
  work();
}
parentPort?.postMessage('done');
