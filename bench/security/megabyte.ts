// What redaction, rendering and parsing take for 1 MB of every class of characters: node bench/security/megabyte.ts [name]
import { mixtures } from '../../tests/linear-work/mixtures.ts';
import { pieces } from '../../tests/linear-work/pieces.ts';
import { shapes } from '../../tests/linear-work/shapes.ts';
import { shownTexts } from '../../tests/linear-work/shown-texts.ts';
import { subjects } from '../../tests/linear-work/subjects.ts';

const bytes = 1024 * 1024;
const rounds = 5;
const barMs = 50;

/** A text of so many bytes of UTF-8, in one piece as what JSON is read into is. */
function ofSize(piece: string): string {
  return Buffer.from(piece.repeat(Math.ceil(bytes / Buffer.byteLength(piece)))).toString();
}

/** Milliseconds of processor time of the quickest round; one that is far below the bar is enough. */
async function quickest(work: () => unknown): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < rounds && best > barMs / 4; round += 1) {
    const from = process.cpuUsage();
    try {
      await work();
    } catch {
      // To refuse is as good as to do.
    }
    const { user, system } = process.cpuUsage(from);
    best = Math.min(best, (user + system) / 1000);
  }
  return best;
}

const chosen = process.argv[2];
let over = 0;
for (const [name, subject] of Object.entries({ ...subjects, ...shownTexts })) {
  if (chosen !== undefined && !name.includes(chosen)) continue;
  const taken: { piece: string; ms: number }[] = [];
  for (const piece of [...pieces, ...mixtures]) {
    const work = subject(ofSize(piece));
    taken.push({ piece, ms: await quickest(work) });
  }
  taken.sort((a, b) => b.ms - a.ms);
  over += taken.filter(({ ms }) => ms > barMs).length;
  const shown = taken.filter(({ ms }, i) => i < 2 || ms > barMs);
  const median = taken[Math.floor(taken.length / 2)]?.ms ?? 0;
  const worst = shown.map(({ piece, ms }) => `${ms.toFixed(1)} ${JSON.stringify(piece.slice(0, 20))}`);
  console.log(`${name}: median ${median.toFixed(1)} ms, most ${worst.join(', ')}`);
}
for (const [name, make] of Object.entries(shapes)) {
  if (chosen !== undefined && !name.includes(chosen)) continue;
  const ms = await quickest(make());
  if (ms > barMs) over += 1;
  console.log(`${name}: ${ms.toFixed(1)} ms`);
}
console.log(`${over} of all take more than ${barMs} ms`);
