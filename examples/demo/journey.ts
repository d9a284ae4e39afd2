import type { Release } from '../../api/schemas/releases.ts';
import type { Checks } from './checks.ts';
import type { Display } from './display.ts';
import type { Ran } from './command-line.ts';
import type { DemoWorld } from './world.ts';

/** What every step of the journey works with. */
export interface Journey {
  readonly world: DemoWorld;
  readonly display: Display;
  readonly checks: Checks;
  /** Requests per second of the live traffic. */
  readonly ratePerSecond: number;
  /** Factor on how long a step waits for something before it gives up: real providers take their time. */
  readonly patience: number;
}

/** How much longer a journey on real providers, with its thin traffic, may take than one on the simulator. */
const realPatience = 5;

export function createJourney(
  world: DemoWorld,
  display: Display,
  checks: Checks,
  ratePerSecond: number,
): Journey {
  const patience = world.provider === undefined ? realPatience : 1;
  return { world, display, checks, ratePerSecond, patience };
}

export interface DemoStep {
  readonly title: string;
  /** Left out where real providers answer: it needs one that can be made to fail. */
  readonly needsSimulator?: true;
  readonly play: (journey: Journey) => Promise<void>;
}

/** What the API answers; undefined where it does not: who waits for something asks again. */
export function look<Answer>({ world }: Journey, path: string): Promise<Answer | undefined> {
  return world.api.get<Answer>(path).catch(() => undefined);
}

/** Between two looks at the API, in milliseconds. */
export const lookEveryMs = 200;

/** The releases that are open, newest first; undefined where the API does not answer. */
export async function openReleases(journey: Journey): Promise<readonly Release[] | undefined> {
  const page = await look<{ readonly items: readonly Release[] }>(journey, '/v1/releases?state=open');
  return page?.items;
}

/** Runs a command of `sluice` as a reader would, showing it and what it printed. */
export async function sluice(
  { world, display }: Journey,
  args: readonly string[],
  onProgress?: (line: string) => void,
): Promise<Ran> {
  display.command(`sluice ${args.map((arg) => (/[\s"]/.test(arg) ? JSON.stringify(arg) : arg)).join(' ')}`);
  const ran = await world.commands.sluice(
    args,
    onProgress ??
      ((line) => {
        display.output(line);
      }),
  );
  if (onProgress !== undefined) display.output(ran.stderr.trimEnd().split('\n').at(-1) ?? '');
  return ran;
}

/** A field of a JSON document by its path; undefined where it is not there. */
export function field(document: unknown, ...path: (string | number)[]): unknown {
  return path.reduce<unknown>((value, key) => {
    if (typeof value !== 'object' || value === null) return undefined;
    return (value as Record<string | number, unknown>)[key];
  }, document);
}

/** A text field of a JSON document, or a dash. */
export function textOf(document: unknown, ...path: (string | number)[]): string {
  const value = field(document, ...path);
  return typeof value === 'string' ? value : '–';
}

/** The summary of a stage of a release, as `--json` shows it. */
export function stageSummary(ran: Ran, stage: string): string {
  const stages = field(ran.json, 'release', 'stages');
  const found: unknown = Array.isArray(stages)
    ? stages.find((each) => textOf(each, 'stage') === stage)
    : undefined;
  return found === undefined ? 'no such stage' : `${textOf(found, 'outcome')}: ${textOf(found, 'summary')}`;
}

/** How many requests failed, and how: `2 errors (http_504 2)`. */
export function errorsText(records: readonly { readonly outcome: string }[]): string {
  const failed = records.map(({ outcome }) => outcome).filter((outcome) => outcome !== 'ok');
  const kinds = [...new Set(failed)].map(
    (kind) => `${kind} ${failed.filter((each) => each === kind).length}`,
  );
  return `${failed.length} errors${kinds.length === 0 ? '' : ` (${kinds.join(', ')})`}`;
}
