/** A link's search as strings, so that links read as people write them: `?state=open&page=2`. */
export function parseSearch(search: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(search));
}

export function stringifySearch(search: object): string {
  const said = new URLSearchParams();
  for (const [name, value] of Object.entries(search) as [string, unknown][]) {
    if (typeof value === 'string' || typeof value === 'number') said.set(name, String(value));
  }
  return said.size === 0 ? '' : `?${said.toString()}`;
}
