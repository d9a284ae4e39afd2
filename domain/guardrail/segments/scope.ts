import { z } from 'zod';
import { nameSchema } from '../../revision/names.ts';

/** A request says its labels in headers: `x-sluice-label-tenant: acme`. */
export const labelHeader = 'x-sluice-label-';

/** Half of a guardrail's share is split over them: with more of them none finds anything. */
const mostValues = 20;
/** Over all guardrails of a plan: each look judges and stores each of them. */
export const mostSegments = 100;

const valuesFault = `names 1 to ${mostValues} values of the label; what has none of them is judged as a part of the whole`;

const valueFault = 'a value has 1 to 64 printable ASCII characters, no spaces';
const scopeFault = 'says a label and its values: `{ label: tenant, values: [acme, initech] }`';

/** What a request may say by a label. */
export const labelValueSchema = z.string().regex(/^[\x21-\x7e]{1,64}$/, valueFault);

const segmentsSchema = z
  .strictObject(
    {
      label: nameSchema.meta({ description: `Of the request: the header \`${labelHeader}<label>\`` }),
      values: z
        .array(labelValueSchema, { error: valuesFault })
        .min(1, valuesFault)
        .max(mostValues, valuesFault)
        .refine((values) => new Set(values).size === values.length, 'a value stands there twice'),
    },
    { error: ({ code }) => (code === 'invalid_type' ? scopeFault : undefined) },
  )
  .meta({
    description: 'Half of its share is split over these segments of the requests, the other half is on all',
  });

/** In the settings of guardrails that can be judged by segments. */
export const scopeField = {
  scope: z
    .union([z.literal('all'), segmentsSchema])
    .exactOptional()
    .meta({ description: 'All requests where nothing is said, or segments of them by a label as well' }),
};

/** In the settings of all others, which say by it why not, and what can be done instead. */
export function noScopeField(why = 'this kind is judged on all requests alone: leave `scope` out') {
  return { scope: z.literal('all', { error: why }).exactOptional() };
}

/** A guardrail's segments: one for each of the values. */
export interface Scope {
  readonly label: string;
  readonly values: readonly string[];
}

const storedSchema = z.object({ scope: z.object({ label: z.string(), values: z.array(z.string()) }) });

/** The segments in settings as they are stored; undefined where it is judged on the whole alone. */
export function scopeIn(settings: unknown): Scope | undefined {
  return storedSchema.safeParse(settings).data?.scope;
}

/** What people read: `tenant=acme`. */
export function segmentName(label: string, value: string): string {
  return `${label}=${value}`;
}

/** No name of a guardrail, of a counter or of a label has one. */
const separator = '@';

/** Where a counter, or a guardrail's tests, of one segment stand beside those of the whole: `errors@tenant=acme`. */
export function inSegment(name: string, segment: string): string {
  return `${name}${separator}${segment}`;
}

/** The name that stands for the whole. */
export function ofWhole(name: string): string {
  return name.split(separator, 1)[0] ?? name;
}

export function isOfSegment(name: string): boolean {
  return name.includes(separator);
}
