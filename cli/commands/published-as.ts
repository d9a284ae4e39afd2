/** Under which label and digest a revision is known, whatever label it was sent with. */
export function publishedAs(
  sent: string,
  { label, digest }: { readonly label: string; readonly digest: string },
): string {
  const known = label === sent ? '' : ` (the same content was published as ${label})`;
  return `published ${sent} as ${digest.slice(0, 16)}…${known}`;
}
