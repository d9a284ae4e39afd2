/** What redaction puts in the place of what it strikes, and of keys. */
const mark = /\[(?:email|phone|card|iban|number|key)\]/;

/** May redaction have altered this? Where there is no mark it has not. */
export function holdsMark(text: string): boolean {
  return mark.test(text);
}
