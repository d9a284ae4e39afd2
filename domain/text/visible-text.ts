/**
 * What a terminal, an editor or a log viewer acts upon instead of showing it, beside control characters: those by which a
 * text is shown in another order than it is written, or not at all. From and to, in order. Joiners of scripts and emoji
 * are none of them.
 */
const acted: readonly (readonly [from: number, to: number])[] = [
  [0xad, 0xad],
  [0x61c, 0x61c],
  [0x180e, 0x180e],
  [0x200b, 0x200b],
  [0x200e, 0x200f],
  [0x2028, 0x202e],
  [0x2060, 0x206f],
  [0xfdd0, 0xfdef],
  [0xfeff, 0xfeff],
  [0xfff9, 0xfffb],
  [0xe0000, 0xe007f],
];

/** Whether it is acted upon; control characters of both sets are (ESC and the one-character CSI among them), and halves of pairs. */
function isActed(code: number): boolean {
  if (code < 0x20) return code !== lineFeed && code !== tab;
  if (code < 0x7f) return false;
  if (code < 0xa0 || (code >= 0xd800 && code <= 0xdfff)) return true;
  for (const [from, to] of acted) if (code <= to) return code >= from;
  return false;
}

const [tab, lineFeed, carriageReturn] = [0x09, 0x0a, 0x0d];

/** The text with each character that is acted upon written as `of` says, and Windows' line breaks as everybody's. */
function written(text: string, of: (code: number) => string): string {
  let shown = '';
  let copied = 0;
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit >= 0x20 && unit < 0x7f) continue;
    const code = unit < 0xd800 ? unit : (text.codePointAt(at) ?? unit);
    const end = code > 0xffff ? at + 2 : at + 1;
    const isBreak = code === carriageReturn && text.charCodeAt(end) === lineFeed;
    if (isBreak || isActed(code)) {
      if (at > copied) shown += text.slice(copied, at);
      if (!isBreak) shown += of(code);
      copied = end;
    }
    at = end - 1;
  }
  return copied === 0 ? text : shown + text.slice(copied);
}

function hexOf(code: number): string {
  return code.toString(16).padStart(4, '0');
}

/** How characters are written out: each is made once, for they are few and may come very often. */
function keeping(make: (code: number) => string): (code: number) => string {
  const made = new Map<number, string>();
  return (code) => {
    let written = made.get(code);
    if (written === undefined) made.set(code, (written = make(code)));
    return written;
  };
}

const braced = keeping((code) => `\\u{${hexOf(code)}}`);
const inJson = keeping((code) => {
  const character = String.fromCodePoint(code);
  const first = `\\u${hexOf(character.charCodeAt(0))}`;
  return character.length === 1 ? first : `${first}\\u${hexOf(character.charCodeAt(1))}`;
});

/** The text with what a terminal would act upon written out, as `\u{001b}`. Lines and tabs stay. */
export function visibleText(text: string): string {
  return written(text, braced);
}

/** The same on one line: a name, a reason or a message cannot begin a line of its own. */
export function visibleLine(text: string): string {
  return visibleText(text.replaceAll(/(?:\r\n|[\n\r\u2028\u2029])+/g, ' ⏎ ').replaceAll('\t', ' '));
}

/** JSON that says the same, with what a terminal would act upon in JSON's own escapes. */
export function visibleJson(json: string): string {
  return written(json, inJson);
}
