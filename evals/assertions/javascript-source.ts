import { Script } from 'node:vm';

/** Code as the sandbox runs it: a script whose last value is the result, with `output` and `context` as globals. */
export interface JavascriptSource {
  script: string;
}

/**
 * Reads code as promptfoo does: of one line it is an expression, or declarations and an expression; of several lines it
 * is the body of a function, with `return`. Throws SyntaxError for what is no JavaScript.
 */
export function javascriptSource(code: string): JavascriptSource {
  const trimmed = code.trim().replace(/;+\s*$/, '');
  const script = scriptOf(trimmed);
  // Compiled only to see that it can be: nothing runs before every assertion is understood.
  new Script(script);
  return { script };
}

function scriptOf(code: string): string {
  if (code.includes('\n')) return `(function () {\n${code}\n})()`;
  // Declarations: the value of a script is that of its last expression.
  if (/^(?:const|let|var)\s/.test(code)) return code;
  return `(function () { return (${code}\n); })()`;
}
