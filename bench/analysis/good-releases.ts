// STATISTICS section 6: good releases taken back over a whole plan (5 % 30 min, 25 % 30 min, 95 % 60 min), six guardrails with
// base rates of 0.1 to 20 % and a mean, judged as the product judges them: shares, both horizons, floors, mass, state,
// looks as often as a worker takes them. First with requests that are independent of one another, 20 a second. Then
// with confounders, 2 a second through three gateways' own counters: 1,000 subjects with rates of their own (ICC .1) and
// heavy-tailed activity, callers that try again what has failed, incidents that hit both arms, gateways that die.
// Usage: node bench/analysis/good-releases.ts [--runs 2000] [--only independent|confounded] [--to FILE]
// Each release has a seed of its own. With a file each is written to it as it ends, and what it has is not played again.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { wilsonInterval } from '../../analysis/judges/proportion.ts';
import { createRandom } from './random.ts';
import { confoundedTraffic, independentTraffic, planOf } from './release/good-traffic.ts';
import { playRelease } from './release/play-release.ts';

const traffics = { independent: independentTraffic, confounded: confoundedTraffic };
const kinds = ['independent', 'confounded'] as const;
const worlds = [
  { ratio: 1.25, worse: 0 },
  { ratio: 1.25, worse: 1 },
  { ratio: 1, worse: 0 },
];

const endedSchema = z.object({
  kind: z.enum(kinds),
  ratio: z.number(),
  worse: z.number(),
  run: z.number(),
  /** Absent where it passed. */
  takenBackBy: z.string().optional(),
});
type Ended = z.infer<typeof endedSchema>;

function print(ended: readonly Ended[]): void {
  for (const kind of kinds)
    for (const world of worlds) {
      const own = ended.filter(
        (one) => one.kind === kind && one.ratio === world.ratio && one.worse === world.worse,
      );
      if (own.length === 0) continue;
      const by = own.flatMap(({ takenBackBy = [] }) => takenBackBy);
      const which = [...new Set(by)].map((name) => `${name} ${by.filter((each) => each === name).length}`);
      const { lower, upper } = wilsonInterval({ hits: by.length, of: own.length });
      console.log(
        `${kind}, r ${world.ratio}, ${world.worse === 0 ? 'equal' : 'at the margin'}: ${by.length} of ${own.length} ` +
          `taken back (${percent(by.length / own.length)}, 95 %: ${percent(lower)} to ${percent(upper)}) ${which.join(', ')}`,
      );
    }
}

const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

if (import.meta.main) {
  const { values } = parseArgs({
    options: { runs: { type: 'string', default: '2000' }, only: { type: 'string' }, to: { type: 'string' } },
  });
  const { runs, only, to } = values;
  const before =
    to !== undefined && existsSync(to) ? readFileSync(to, 'utf8').split('\n').filter(Boolean) : [];
  const ended = before.map((line) => endedSchema.parse(JSON.parse(line)));
  const key = ({ kind, ratio, worse, run }: Ended): string => [kind, ratio, worse, run].join('/');
  const known = new Set(ended.map(key));
  for (let run = 1; run <= Number(runs); run++) {
    for (const kind of kinds)
      for (const world of worlds) {
        if ((only !== undefined && kind !== only) || known.has(key({ kind, ...world, run }))) continue;
        const { takenBackBy } = playRelease(planOf(world), traffics[kind](createRandom(79_000 + run), world));
        const one = { kind, ...world, run, ...(takenBackBy === undefined ? {} : { takenBackBy }) };
        ended.push(one);
        if (to !== undefined) appendFileSync(to, `${JSON.stringify(one)}\n`);
      }
    // What has been seen so far, for who has to stop it.
    if (run % 100 === 0 || run === Number(runs)) print(ended);
  }
}
