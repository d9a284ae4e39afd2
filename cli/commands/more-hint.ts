/**
 * The line below a page that is not the last: the command that shows the next one, with the filters of this one.
 * Nothing where there is no further page.
 */
export function moreHint(
  command: string,
  filters: Readonly<Record<string, string | number | undefined>>,
  nextCursor: string | undefined,
): string {
  if (nextCursor === undefined) return '';
  const given = Object.entries(filters).flatMap(([name, value]) =>
    value === undefined ? [] : [`--${name} ${value}`],
  );
  return `\nMore: ${['sluice', command, ...given, `--cursor ${nextCursor}`].join(' ')}`;
}
