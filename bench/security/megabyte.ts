// What redaction, rendering and parsing take for 1 MB of every class of characters: node bench/security/megabyte.ts [name]
import { pieces, subjects } from '../../tests/linear-work/subjects.ts';

const bytes = 1024 * 1024;
const rounds = 5;
const barMs = 50;

/** Beside single classes, what people and programs write. */
const mixtures: readonly string[] = [
  'Dear customer, on 23.11.2026 you asked for 3 items (1.234,56 EUR). Call +49 30 1234 567 or write to ada@mail.example. ',
  'for (const [i, item] of items.entries()) if (item.id === 12345678) return `sk-${item.key}`;\n',
  '2026-11-23T10:30:00.123Z INFO 192.168.100.200:8080 550e8400-e29b-41d4-a716-446655440000 GET /a/12345 200 15ms\n',
  '{"id":"rev_0a1b2c3d4e5f60718293","n":1732406400123,"s":[1,2,3],"t":"a b c"},',
  '612 345 678, ',
  'DE89 3704 0044 0532 0130 00, ',
  '4111 1111 1111 1111, ',
  'sk-aaaaaaaaaaaaaaaaaaaaaaaa ',
  'Bearer aaaaaaaaaaaaaaa1 ',
  'sk sk- ',
  '-----BEGIN PRIVATE KEY-----\n',
  'data: {"a":"b"}\n\n',
  'data: a\r\n\r\n',
  'event: x\n',
];

/** A text of so many bytes of UTF-8, in one piece as what JSON is read into is. */
function ofSize(piece: string): string {
  return Buffer.from(piece.repeat(Math.ceil(bytes / Buffer.byteLength(piece)))).toString();
}

/** Milliseconds of processor time of the quickest round. */
async function quickest(work: () => unknown): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < rounds; round += 1) {
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
for (const [name, subject] of Object.entries(subjects)) {
  if (chosen !== undefined && !name.includes(chosen)) continue;
  const taken: { piece: string; ms: number }[] = [];
  for (const piece of [...pieces, ...mixtures]) {
    const text = ofSize(piece);
    taken.push({ piece, ms: await quickest(() => subject(text)) });
  }
  taken.sort((a, b) => b.ms - a.ms);
  over += taken.filter(({ ms }) => ms > barMs).length;
  const shown = taken.filter(({ ms }, i) => i < 2 || ms > barMs);
  const median = taken[Math.floor(taken.length / 2)]?.ms ?? 0;
  const worst = shown.map(({ piece, ms }) => `${ms.toFixed(1)} ${JSON.stringify(piece.slice(0, 20))}`);
  console.log(`${name}: median ${median.toFixed(1)} ms, most ${worst.join(', ')}`);
}
console.log(`${over} of all take more than ${barMs} ms`);
