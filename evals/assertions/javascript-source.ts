/**
 * Code as the body of a function of `output` and `context`, to the letter as promptfoo reads it: of one line it is an
 * expression, or declarations and an expression; of several lines it is the body already, with `return`.
 */
export function javascriptBody(code: string): string {
  return bodyOf(code.trimEnd());
}

function bodyOf(code: string): string {
  if (code.includes('\n')) return code;
  const line = withoutLastSemicolons(code.trim());
  if (!/^(?:const|let|var)\s/.test(line)) return `return ${line}`;
  const end = lastSemicolon(line);
  const expression = line.slice(end + 1).trim();
  // Without an expression behind the declarations the code gives nothing, and says so when it is asked.
  return end === -1 || expression === '' ? line : `${line.slice(0, end + 1)} return ${expression}`;
}

function withoutLastSemicolons(code: string): string {
  let end = code.length;
  while (code[end - 1] === ';') end -= 1;
  return code.slice(0, end);
}

/** The last semicolon that stands in no string; -1 where there is none. */
function lastSemicolon(code: string): number {
  let quote: string | undefined;
  let last = -1;
  for (let i = 0; i < code.length; i++) {
    const char = code.charAt(i);
    const isQuote = ['"', "'", '`'].includes(char) && !isEscaped(code, i);
    if (isQuote && quote === undefined) quote = char;
    else if (isQuote && quote === char) quote = undefined;
    if (char === ';' && quote === undefined) last = i;
  }
  return last;
}

function isEscaped(code: string, at: number): boolean {
  let first = at;
  while (code[first - 1] === '\\') first -= 1;
  return (at - first) % 2 === 1;
}
