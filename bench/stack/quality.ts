// Issue 13's first figure, on a whole stack (PostgreSQL, Temporal, gateways, workers, simulator) and real queries: a candidate
// that answers as quickly, with 200, and is ten points worse is taken back by its live scores, and stopped by its mirror; an
// equal one is promoted. `node bench/stack/quality.ts --data DIR [--runs 20] [--rate 80] [--only worse|mirror|equal] [--to FILE]`
// With a file each release is written to it as it ends, and those that it has already are not played again.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { changes } from '../../examples/demo/verify/changes.ts';
import { editYaml } from '../../examples/demo/edit-yaml.ts';
import { field, textOf } from '../../examples/demo/journey.ts';
import { criterion, labelsFile, scoredPlan } from '../../examples/demo/scored-app.ts';
import { startWorld, type DemoWorld } from '../../examples/demo/world.ts';

const { values } = parseArgs({
  options: {
    data: { type: 'string' },
    runs: { type: 'string', default: '20' },
    rate: { type: 'string', default: '80' },
    only: { type: 'string' },
    to: { type: 'string' },
  },
});
const kinds = ['worse', 'mirror', 'equal'] as const;
type Kind = (typeof kinds)[number];

const outcomeSchema = z.object({
  kind: z.enum(kinds),
  run: z.number(),
  /** The command's exit code. */
  code: z.number(),
  seconds: z.number(),
  answers: z.number(),
  failed: z.number(),
  wrong: z.number(),
  why: z.string(),
});
type Outcome = z.infer<typeof outcomeSchema>;

/** The releases that an earlier run of this bench has played to their end. */
function playedBefore(file: string | undefined): Outcome[] {
  if (file === undefined || !existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  return lines.map((line) => outcomeSchema.parse(JSON.parse(line)));
}

/** Right 85 % of the time, wrong in an eighth of all messages: ten points. */
const wanted: Record<Kind, number> = { worse: 10, mirror: 11, equal: 0 };
const planOf: Record<Kind, string> = { worse: 'bench-live', mirror: 'bench-both', equal: 'bench-both' };

/** The plan of the demo's scored release, as one that skips its gates, and as one with a mirror of 150 pairs. */
function addPlans(specFile: string): void {
  editYaml(specFile, (spec) => {
    for (const [name, gates] of [
      ['bench-live', { evaluate: 'skip', mirror: 'skip' }],
      [
        'bench-both',
        { evaluate: 'skip', mirror: { samples: 170, minPairs: 150, margin: 0.05, maxWait: '4m' } },
      ],
    ] as const) {
      spec.setIn(['plans', name], { ...Object(field(spec.toJS(), 'plans', scoredPlan)), ...gates });
    }
  });
}

/** Another revision each time, with the prompt of the fluent candidate or of the stable one. */
function change(world: DemoWorld, kind: Kind, run: number): void {
  const prompt = kind === 'equal' ? changes.v2.fields[0] : changes.fluent.fields[0];
  const own = [['revision', 'parameters', 'max_tokens'], 400 + kinds.indexOf(kind) * 50 + run] as const;
  world.app.apply({ label: `${kind}-${run}`, message: `${kind} ${run}`, fields: [prompt, own] });
}

async function release(world: DemoWorld, kind: Kind, run: number): Promise<Outcome> {
  change(world, kind, run);
  const startedMs = performance.now();
  const sinceMs = Date.now();
  const ran = await world.commands.sluice(['release', 'start', '--plan', planOf[kind], '--wait']);
  const seconds = Math.round((performance.now() - startedMs) / 1000);
  const { answers, failed, wrong } = world.traffic.countBad(`${kind}-${run}`, sinceMs);
  const why = textOf(ran.json, 'release', 'reason');
  return { kind, run, code: ran.code, seconds, answers, failed, wrong, why };
}

async function main(): Promise<void> {
  const world = await startWorld({
    ...{ dataDirectory: values.data, vendors: undefined, onProgress: () => undefined },
  });
  try {
    addPlans(world.app.specFile);
    const truth = world.app.queries.map(({ text, category }) => ({ text, label: category }));
    await world.provider?.judge({ truth, sensitivity: 0.97, specificity: 0.97 });
    const judged = ['judge', 'calibrate', 'default', labelsFile, '--criterion', criterion];
    const first = ['app', 'create', '--stable', '--skip-evaluation', '--reason', 'bench'];
    world.app.apply({ ...changes.v2, fields: [...changes.v2.fields] });
    for (const args of [judged, first]) {
      const ran = await world.commands.sluice(args);
      if (ran.code !== 0) throw new Error(`${args.join(' ')}: exit ${ran.code}\n${ran.stdout}`);
    }
    world.traffic.setRate(Number(values.rate));
    const before = playedBefore(values.to);
    const held = { worse: 0, mirror: 0, equal: 0 };
    for (let run = 1; run <= Number(values.runs); run++) {
      for (const kind of kinds) {
        if (values.only !== undefined && values.only !== kind) continue;
        const played = before.find((one) => one.kind === kind && one.run === run);
        const one = played ?? (await release(world, kind, run));
        if (one.code === wanted[kind]) held[kind] += 1;
        if (played === undefined && values.to !== undefined)
          appendFileSync(values.to, `${JSON.stringify(one)}\n`);
        console.log(
          `${kind} ${run}: exit ${one.code} after ${one.seconds} s; ${one.answers} answers, ${one.failed} failed, ` +
            `${one.wrong} wrong; ${one.why}\n${kind}: ${held[kind]} of ${run} ended as they should`,
        );
      }
    }
    const asked = kinds.filter((kind) => values.only === undefined || values.only === kind);
    const isMet = asked.every((kind) => held[kind] === Number(values.runs));
    const found = asked.map((kind) => `${kind} ${held[kind]} of ${values.runs}`).join(', ');
    console.log(`${isMet ? 'MET' : 'NOT MET'}: ${found} ended as they should (bar: all)`);
  } finally {
    await world.stop();
  }
}

await main();
