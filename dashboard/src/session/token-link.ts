/** Names of this machine, to whose stack its own terminal has printed a link. */
const loopback = ['localhost', '127.0.0.1', '[::1]'];

/** Is the API on the machine that shows its pages? */
export function isLoopback({ hostname }: Pick<Location, 'hostname'>): boolean {
  return loopback.includes(hostname);
}

/**
 * The token that a link brings along (`/ui/#token=…`, as `sluice up` prints it), taken out of the address at once. What
 * follows `#` is sent to nobody. Only on this machine: elsewhere a link that somebody sends logs nobody in.
 */
export function takeTokenFromLink(
  place: Pick<Location, 'hash' | 'hostname' | 'pathname' | 'search'>,
  history: Pick<History, 'replaceState'>,
): string | undefined {
  const token = /^#token=([\w-]{1,4096})$/.exec(place.hash)?.[1];
  if (token === undefined) return undefined;
  history.replaceState(null, '', `${place.pathname}${place.search}`);
  return isLoopback(place) ? token : undefined;
}
