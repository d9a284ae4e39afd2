import { z } from 'zod';
import { nameSchema } from '../revision/names.ts';

/** Monday first, as ISO 8601 counts. */
const days = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
type Day = (typeof days)[number];

const minuteMs = 60_000;
const dayMinutes = 24 * 60;

function isTimezone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

const timezoneSchema = z.string().max(64).refine(isTimezone, 'is no time zone, such as Europe/Zurich or UTC');
const clockSchema = z
  .string()
  .regex(/^(?:[01]\d|2[0-3]):[0-5]\d$|^24:00$/, 'is a time of day, such as 16:00');
const localSchema = z
  .string()
  .regex(/^\d{4}-\d{2}-\d{2}T(?:[01]\d|2[0-3]):[0-5]\d$/, 'is a local time, such as 2026-12-20T18:00')
  .refine((text) => !Number.isNaN(Date.parse(`${text}Z`)), 'is no day that there is');

const about = { name: nameSchema, timezone: timezoneSchema };

/** When nothing is widened: once, or every week. Local times of its time zone, so that they follow summer time. */
export const freezeSchema = z.union([
  z
    .strictObject({ ...about, from: localSchema, to: localSchema })
    .refine(({ from, to }) => from < to, { path: ['to'], message: 'is after `from`' }),
  z.strictObject({
    ...about,
    days: z.array(z.enum(days)).min(1).max(7),
    from: clockSchema.default('00:00'),
    to: clockSchema
      .default('24:00')
      .meta({ description: 'On the same day, or on the next where it is not after `from`' }),
  }),
]);
export type Freeze = z.infer<typeof freezeSchema>;

/** The freeze that holds now, and when nothing is frozen any more. */
export interface Frozen {
  readonly name: string;
  readonly untilMs: number;
}

/** The local time of a zone, as if it were UTC: good for comparing and adding. */
function localMs(atMs: number, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en', {
    ...{ timeZone, hourCycle: 'h23', year: 'numeric', month: 'numeric', day: 'numeric' },
    ...{ hour: 'numeric', minute: 'numeric', second: 'numeric' },
  }).formatToParts(atMs);
  const part = (type: string): number => Number(parts.find((each) => each.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/** When a local time of a zone is; of one that there is twice or not at all, a moment beside it. */
function instantOf(local: number, timeZone: string): number {
  const guess = local - (localMs(local, timeZone) - local);
  return guess - (localMs(guess, timeZone) - local);
}

const minutesOf = (clock: string): number => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3));

/** When a weekly window that holds at a local time ends, as a local time; undefined where none holds. */
function weeklyEnd(
  { days: on, from, to }: Extract<Freeze, { readonly days: Day[] }>,
  local: number,
): number | undefined {
  const midnight = Math.floor(local / (dayMinutes * minuteMs)) * dayMinutes * minuteMs;
  const [start, end] = [minutesOf(from), minutesOf(to)];
  const lasts = end > start ? end - start : end + dayMinutes - start;
  // Today's, and one that began yesterday.
  for (const day of [midnight, midnight - dayMinutes * minuteMs]) {
    const weekday = days[(new Date(day).getUTCDay() + 6) % 7];
    const begins = day + start * minuteMs;
    const ends = begins + lasts * minuteMs;
    if (weekday !== undefined && on.includes(weekday) && local >= begins && local < ends) return ends;
  }
  return undefined;
}

function endOf(freeze: Freeze, nowMs: number): number | undefined {
  const local = localMs(nowMs, freeze.timezone);
  if ('days' in freeze) {
    const end = weeklyEnd(freeze, local);
    return end === undefined ? undefined : instantOf(end, freeze.timezone);
  }
  const [from, to] = [Date.parse(`${freeze.from}Z`), Date.parse(`${freeze.to}Z`)];
  return local >= from && local < to ? instantOf(to, freeze.timezone) : undefined;
}

/** Windows that follow one another are one: so many of them are looked at, a year of weekends and days off. */
const mostWindows = 400;

/** What is frozen at a time, if anything is: with the end of the last window that goes on from there. */
export function frozenAt(freezes: readonly Freeze[], nowMs: number): Frozen | undefined {
  let frozen: Frozen | undefined;
  let atMs = nowMs;
  for (let i = 0; i < mostWindows; i += 1) {
    const ends = freezes.flatMap((freeze) => {
      const untilMs = endOf(freeze, atMs);
      return untilMs === undefined || untilMs <= atMs ? [] : [{ name: freeze.name, untilMs }];
    });
    const [latest] = ends.sort((a, b) => b.untilMs - a.untilMs);
    if (latest === undefined) return frozen;
    frozen = { name: frozen?.name ?? latest.name, untilMs: latest.untilMs };
    atMs = latest.untilMs;
  }
  return frozen;
}

/** What is frozen, until when, as a sentence without its full stop. */
export function frozenSentence({ name, untilMs }: Frozen): string {
  return `the end of the freeze "${name}", at ${new Date(untilMs).toISOString()}`;
}
