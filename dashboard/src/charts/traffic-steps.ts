import type { ReleaseChart } from '../api/types.ts';

/** The candidate's share over seconds since 1970: each change, and the last one until `untilIso`. */
export function trafficSteps(
  { traffic }: Pick<ReleaseChart, 'traffic'>,
  untilIso: string,
): [number[], number[]] {
  const steps = traffic
    .map(({ at, weight }) => [Date.parse(at) / 1000, weight] as const)
    .toSorted(([one], [other]) => one - other);
  const last = steps.at(-1);
  const until = Date.parse(untilIso) / 1000;
  const all = last === undefined || until <= last[0] ? steps : [...steps, [until, last[1]] as const];
  return [all.map(([at]) => at), all.map(([, weight]) => weight)];
}
