/** What expressions know, by name. */
export type Context = Readonly<Record<string, unknown>>;

/** A text of a workflow with the values of its expressions, `${{ github.ref }}`, in their places. */
export function withValues(text: string, context: Context): string {
  return text.replaceAll(/\$\{\{(.+?)\}\}/g, (_all, expression: string) =>
    textOf(valueOf(expression, context)),
  );
}

function textOf(value: unknown): string {
  if (value === undefined || value === null) return '';
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  throw new Error(`An expression is no text: ${JSON.stringify(value)}`);
}

/** The value of an expression as far as our workflows use them: names, texts, `==`, `!=`, `&&`, and `always()`. */
export function valueOf(expression: string, context: Context): unknown {
  const text = expression.trim();
  const both = text.split(' && ');
  if (both.length > 1) return both.every((part) => valueOf(part, context) === true);
  const [, left = '', operator, right = ''] = /^(.+?) (==|!=) (.+)$/.exec(text) ?? [];
  if (operator !== undefined) {
    const same = valueOf(left, context) === valueOf(right, context);
    return operator === '==' ? same : !same;
  }
  if (text === 'always()') return true;
  const [, quoted] = /^'(.*)'$/.exec(text) ?? [];
  if (quoted !== undefined) return quoted;
  if (!/^[a-z]\w*(?:\.\w+)*$/i.test(text)) throw new Error(`What does \${{ ${text} }} say?`);
  return text
    .split('.')
    .reduce<unknown>(
      (value, name) =>
        typeof value === 'object' && value !== null
          ? Object.entries(value).find(([key]) => key === name)?.[1]
          : undefined,
      context,
    );
}
