// Random things on the dashboard and in `release watch` while workers are killed and the API is cut off:
//   node tests/dashboard/random-run/main.ts [minutes] [seed]
// Needs `npm run bootstrap` and a Chromium. Ends with 1 where something was that must never be.
import { withRandomWorld } from './world.ts';
import { randomRun } from './run.ts';

const minutes = Number(process.argv[2] ?? 10);
const seed = process.argv[3] ?? String(Date.now());
const say = (line: string) => process.stdout.write(`${line}\n`);
say(`seed ${seed}, ${minutes} min`);
const report = await withRandomWorld((world) =>
  randomRun({ ...world, seed, seconds: minutes * 60, onProgress: say }),
);
say(JSON.stringify(report, null, 2));
process.exit(report.faults.length === 0 ? 0 : 1);
