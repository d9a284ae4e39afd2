import { stringify } from 'yaml';
import type { PlanFit } from '../../../api/schemas/plan-fit.ts';
import { exitCodes } from '../../../domain/errors.ts';
import { unknownPlan } from '../../../domain/refusals.ts';
import { done, type CommandOutcome } from '../../output/outcome.ts';
import { percents } from '../../output/percents.ts';
import { table } from '../../output/style.ts';
import { packRelease } from '../../pack/pack.ts';
import type { Command } from '../context.ts';

export interface PlanFitOptions {
  readonly file: string;
  readonly plan: string;
  readonly requestsPerDay?: number;
  readonly allowDirty: boolean;
}

/** Says what a plan does for an app's traffic, and which plan suits it. */
export const planFit: Command<PlanFitOptions> = async (
  context,
  { file, plan: name, requestsPerDay, allowDirty },
) => {
  const { settings } = context;
  const packed = await packRelease({
    ...{ file, label: undefined, allowDirty, allowUntracked: allowDirty, settings },
  });
  const plan = packed.plans[name];
  if (plan === undefined) throw unknownPlan(file, name, packed.plans);
  const fit = await context.api().post<PlanFit>(`/v1/apps/${encodeURIComponent(packed.app)}/plan-fit`, {
    plan,
    ...(requestsPerDay === undefined ? {} : { requestsPerDay }),
  });
  return outcomeOf(name, fit);
};

function outcomeOf(name: string, fit: PlanFit): CommandOutcome {
  const { nonsense } = fit;
  const text = [trafficLine(fit), ...audienceLine(fit), stepTable(fit), ...totals(name, fit)].join('\n\n');
  const json = { ...fit };
  if (nonsense === undefined) return done(text, json);
  const remedy = 'Hold it longer, give it a larger weight, or take the plan that suits this traffic.';
  return {
    ...{ code: exitCodes.inconclusive, word: 'finds_nothing', json },
    text: `${text}\n\n✖ ${nonsense}\n  ${remedy}`,
  };
}

const deciders: Readonly<Record<PlanFit['decidedBy'], string>> = {
  mirror:
    'too few for a canary to find more than large faults: the mirror decides, and one half of the traffic is the net',
  mixed: 'enough for a canary that finds large faults: the mirror decides what is smaller',
  full: 'enough for a canary that decides by itself',
};

function trafficLine({ requestsPerDay, since, decidedBy }: PlanFit): string {
  const source = since === undefined ? '' : ` (counted since ${since})`;
  return `${Math.round(requestsPerDay)} requests a day${source}: ${deciders[decidedBy]}.`;
}

function audienceLine({ audience }: PlanFit): string[] {
  if (audience === undefined) return [];
  const { weight, holdMs, minExposures } = audience;
  return [
    `First ${weight} % of its audience, held for ${timeText(holdMs)} at least: it passes once ${minExposures} requests of members have settled on the candidate. ` +
      'How much the audience asks, and so how long that takes and what it finds, nobody has counted.',
  ];
}

function stepTable({ steps }: PlanFit): string {
  const rows = steps.flatMap(({ weight, judgedWeight, takesMs, pauses, exposed, finds }) => {
    const judged = judgedWeight === weight ? '' : ` (${judgedWeight} % while judged)`;
    const step = [`${weight} %${judged}`, pauses ? 'pauses' : timeText(takesMs), String(Math.round(exposed))];
    return finds.map((each, nth) => [
      ...(nth === 0 ? step : ['', '', '']),
      ...[judgedText(each), `${percents(each.baseRate)} %`, found(each.with80), found(each.with95)],
    ]);
  });
  return table([
    ['STEP', 'TAKES', 'REQUESTS', 'GUARDRAIL', 'STABLE', 'FINDS IN 80 %', 'FINDS IN 95 %'],
    ...rows,
  ]);
}

/** `errors`, and of a segment how large it is; where segments cost something, what the whole found without them. */
function judgedText({
  guardrail,
  segment,
  unsegmented80,
}: PlanFit['steps'][number]['finds'][number]): string {
  if (segment !== undefined) {
    const { name, share, assumed } = segment;
    return `  in ${name} (${percents(share)} % of the requests${assumed ? ', assumed' : ''})`;
  }
  return unsegmented80 === undefined ? guardrail : `${guardrail} (${found(unsegmented80)} without segments)`;
}

function found(rate: number | undefined): string {
  return rate === undefined ? 'nothing' : `${percents(rate)} %`;
}

function totals(name: string, fit: PlanFit): string[] {
  const { takesMs, exposed, takenBackAtMost, mirror, suggested } = fit;
  const asked =
    mirror === undefined
      ? []
      : [
          `the mirror asks up to ${mirror.calls} calls` +
            (mirror.tokensIn === undefined
              ? ''
              : `, about ${mirror.tokensIn} tokens in and ${mirror.tokensOut ?? 0} out by what requests take`),
        ];
  const lines = [
    `The plan ${name} takes ${timeText(takesMs)}, if no step is extended`,
    `${Math.round(exposed)} requests meet the candidate before it is stable`,
    `at most ${percents(takenBackAtMost)} % of good releases are rolled back by chance, and far fewer of those that are like stable`,
    ...asked,
  ];
  const passes = (mirror?.passes ?? []).map(
    ({ differ, chance }) => `${percents(chance)} % where ${percents(differ)} %`,
  );
  const { mirror: mirrored, steps, holdback, guard } = suggested;
  const yaml = stringify({ mirror: mirrored, steps, holdback, guard }, { collectionStyle: 'any' });
  const against = suggested.against.map(
    (each) => `\n  (the policy has against it: ${each}; an admin may allow it)`,
  );
  return [
    `${lines.join('; ')}.`,
    ...(passes.length === 0
      ? []
      : [
          `An equal candidate passes its mirror in ${passes.join(', ')} of the pairs differ by chance, as often to the better; else it is inconclusive. ` +
            '`sluice mirror show` has the pairs of earlier releases; with more `samples` or a larger `margin` it passes more often.',
        ]),
    `What suits this traffic:\n${yaml.replaceAll(/^/gm, '  ').trimEnd()}${against.join('')}`,
  ];
}

const units = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
] as const;

/** `36m`, `1.5h`, `2.0d`; a time that never ends is one. */
function timeText(ms: number): string {
  if (ms >= Number.MAX_SAFE_INTEGER) return 'for ever';
  const [unit, size] = units.find(([, each]) => ms >= each) ?? ['m', 60_000];
  const amount = ms / size;
  return `${Number.isInteger(amount) ? amount : amount.toFixed(1)}${unit}`;
}
