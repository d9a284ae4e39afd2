/** A sample that a mirror may ask. */
export interface AskableSample {
  readonly id: string;
  /** The same for the same question: it is asked once. */
  readonly question: string;
  /** What stands for it in traffic: its prompt, its length. Samples of one stratum are alike. */
  readonly stratum: string;
  /** Of a conversation that goes on: it holds what stable answered before. */
  readonly later: boolean;
}

/** How many samples of a stratum there were, and how many of them are asked. */
export interface Stratum {
  readonly name: string;
  readonly later: boolean;
  readonly there: number;
  readonly taken: number;
}

export interface ChosenSamples<Sample> {
  /** In the order in which they were given. */
  readonly chosen: readonly Sample[];
  readonly strata: readonly Stratum[];
  /** Left out: a newer sample asks the same. */
  readonly repeats: number;
}

/** At most this share of the chosen are later turns, as long as there are first ones. */
const shareOfLater = 0.25;

/**
 * Chooses which samples a mirror asks: each question once, first turns before later ones, and of each stratum as large a
 * part as it has of the traffic, one at least; within a stratum the newest.
 *
 * @param samples newest first
 */
export function chooseSamples<Sample extends AskableSample>(
  samples: readonly Sample[],
  limit: number,
): ChosenSamples<Sample> {
  const distinct = onceEach(samples);
  const [later, first] = [distinct.filter((each) => each.later), distinct.filter((each) => !each.later)];
  const forLater = Math.max(Math.floor(limit * shareOfLater), limit - first.length);
  const laterTaken = Math.min(later.length, forLater);
  const groups = [
    { members: strataOf(first), room: Math.min(first.length, limit - laterTaken), later: false },
    { members: strataOf(later), room: laterTaken, later: true },
  ];
  const taken = groups.flatMap(({ members, room, later: isLater }) =>
    allotted([...members], room).map(({ name, all, places }) => ({ name, all, places, later: isLater })),
  );
  const ids = new Set(taken.flatMap(({ all, places }) => all.slice(0, places).map(({ id }) => id)));
  return {
    chosen: distinct.filter(({ id }) => ids.has(id)),
    strata: taken.map(({ name, later: isLater, all, places }) => ({
      ...{ name, later: isLater, there: all.length, taken: places },
    })),
    repeats: samples.length - distinct.length,
  };
}

function onceEach<Sample extends AskableSample>(samples: readonly Sample[]): Sample[] {
  const asked = new Set<string>();
  return samples.filter(({ question }) => {
    const isNew = !asked.has(question);
    asked.add(question);
    return isNew;
  });
}

function strataOf<Sample extends AskableSample>(samples: readonly Sample[]): Map<string, Sample[]> {
  return Map.groupBy(samples, ({ stratum }) => stratum);
}

/** So many places, dealt by size (the largest remainders get what is left over), one at least where there are enough. */
function allotted<Sample>(
  strata: readonly (readonly [name: string, all: readonly Sample[]])[],
  room: number,
) {
  const total = strata.reduce((sum, [, all]) => sum + all.length, 0);
  const shares = strata.map(([name, all]) => {
    const exact = total === 0 ? 0 : (room * all.length) / total;
    const least = room >= strata.length ? 1 : 0;
    return { name, all, exact, places: Math.min(all.length, Math.max(least, Math.floor(exact))) };
  });
  const wanting = (a: (typeof shares)[number], b: (typeof shares)[number]): number =>
    b.exact - b.places - (a.exact - a.places) || (a.name < b.name ? -1 : 1);
  for (let left = room - placesOf(shares); left > 0; left -= 1) {
    const next = shares.filter(({ all, places }) => places < all.length).sort(wanting)[0];
    if (next === undefined) break;
    next.places += 1;
  }
  for (let over = placesOf(shares) - room; over > 0; over -= 1) {
    const largest = shares.toSorted((a, b) => b.places - a.places || (a.name < b.name ? -1 : 1))[0];
    if (largest !== undefined) largest.places -= 1;
  }
  return shares;
}

function placesOf(shares: readonly { readonly places: number }[]): number {
  return shares.reduce((sum, { places }) => sum + places, 0);
}
