import { z } from 'zod';
import type { SaidLabels } from '../guardrail/segments/said-labels.ts';
import type { Counting, Split } from './split.ts';

/**
 * Who gets the candidate before the shares of all subjects begin: the callers of these labels, and these subjects. It
 * stands in the split's counting, of which a gateway of before knows nothing: there the split's own weight decides alone.
 */
export interface Audience {
  /** Share of its members that fall on the candidate, in percent; the others are what is compared with. */
  readonly weight: number;
  /** By label the values that make a member. */
  readonly labels: Readonly<Record<string, readonly string[]>>;
  readonly subjects: readonly string[];
}

/** What is known of who asks: labels only of those who may say them. */
export interface KnownCaller {
  /** Absent where the caller names none. */
  readonly subject?: string | undefined;
  readonly labels?: SaidLabels | undefined;
}

const countingSchema = z.object({
  audience: z.object({
    weight: z.number(),
    labels: z.record(z.string(), z.array(z.string())),
    subjects: z.array(z.string()),
  }),
});

/** The audience of a split; undefined where its release has none. */
export function audienceOf({ counting }: Pick<Split, 'counting'>): Audience | undefined {
  if (counting === undefined) return undefined;
  const known = audiences.get(counting);
  if (known !== undefined) return known === 'none' ? undefined : known;
  const { data } = countingSchema.safeParse(counting);
  audiences.set(counting, data?.audience ?? 'none');
  return data?.audience;
}

/** A gateway asks for the same split's with every request. */
const audiences = new WeakMap<Counting, Audience | 'none'>();

/** Is whoever asks of the split's audience? */
export function isMember(split: Pick<Split, 'counting'>, { subject, labels = {} }: KnownCaller): boolean {
  const audience = audienceOf(split);
  if (audience === undefined) return false;
  if (subject !== undefined && audience.subjects.includes(subject)) return true;
  return Object.entries(audience.labels).some(([label, values]) => {
    const said = Object.hasOwn(labels, label) ? labels[label] : undefined;
    return said !== undefined && values.includes(said);
  });
}

/** How a subject is dealt to the arms. */
export interface Dealing {
  /** The candidate's share of the subjects like it, in percent. */
  readonly weight: number;
  /** Is it judged by what it sees? Only of those who are all dealt alike can the arms be compared. */
  readonly isCounted: boolean;
}

/**
 * How members of the audience and all others are dealt. While the split's own weight is 0 members alone have the candidate,
 * and are counted. Later a member has the larger of the two shares, so that no raise takes the candidate from one who has
 * it; until the shares are the same for all, members are in no arm.
 */
export function dealingOf(split: Pick<Split, 'weight' | 'counting'>, member: boolean): Dealing {
  const { weight } = split;
  const audience = audienceOf(split);
  if (audience === undefined) return { weight, isCounted: true };
  if (!member) return { weight, isCounted: weight > 0 };
  return {
    weight: Math.max(weight, audience.weight),
    isCounted: weight === 0 || weight >= audience.weight,
  };
}

/** The candidate's share of those by whom it is judged, in percent: of the audience, before there are shares of all. */
export function judgedShareOf(split: Pick<Split, 'weight' | 'counting'>): number {
  return split.weight === 0 ? (audienceOf(split)?.weight ?? 0) : split.weight;
}
