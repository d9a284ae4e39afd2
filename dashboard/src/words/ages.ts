const second = 1_000;
const minute = 60 * second;
const hour = 60 * minute;
const day = 24 * hour;

/** A duration in milliseconds as people say it, in its two largest units: `4 s`, `12 m`, `3 h 20 m`, `5 d 2 h`. */
export function duration(ms: number): string {
  const whole = Math.max(0, ms);
  if (whole < minute) return `${Math.floor(whole / second)} s`;
  if (whole < hour) return withRest(whole, [minute, 'm'], [second, 's'], 10 * minute);
  if (whole < day) return withRest(whole, [hour, 'h'], [minute, 'm'], day);
  return withRest(whole, [day, 'd'], [hour, 'h'], 7 * day);
}

type Unit = readonly [ms: number, name: string];

/** The rest is left away from `coarseFrom` on. */
function withRest(
  ms: number,
  [large, largeName]: Unit,
  [small, smallName]: Unit,
  coarseFrom: number,
): string {
  const rest = Math.floor((ms % large) / small);
  const whole = `${Math.floor(ms / large)} ${largeName}`;
  return rest === 0 || ms >= coarseFrom ? whole : `${whole} ${rest} ${smallName}`;
}

/** A moment in UTC, as short as it is unambiguous: the time, and the day where that is another one. */
export function moment(iso: string, nowMs: number): string {
  const at = new Date(iso);
  const text = at.toISOString();
  const time = text.slice(11, 19);
  return text.slice(0, 10) === new Date(nowMs).toISOString().slice(0, 10)
    ? time
    : `${text.slice(5, 10)} ${time.slice(0, 5)}`;
}
