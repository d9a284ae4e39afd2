import { SluiceError } from '../../domain/errors.ts';
import { isBlock, isCall, isMustache, isPath, isText } from './template-nodes.ts';

/** Helpers that templates may use; every other name is a variable. */
export const markHelpers = ['role', 'history', 'media'] as const;
export const blockHelpers = ['if', 'unless', 'each', 'with', 'ifEquals', 'unlessEquals'] as const;
export const valueHelpers = ['json', 'lookup'] as const;
/** The helper that puts a value in a slot; no template can name it, because variables come before it. */
export const slotHelper = 'sluice:slot';

const roles = ['system', 'user', 'model'];
const noBlocks: readonly string[] = [...markHelpers, ...valueHelpers, 'section', 'log'];

/**
 * Rewrites a parsed template in place so that every expression that prints something prints a slot instead. What
 * only decides (`{{#if}}`, `{{#each}}`, comparisons) is left alone and sees the values themselves.
 * Throws `invalid_file` naming the line of what is not understood.
 */
export function printIntoSlots(program: hbs.AST.Program): void {
  for (const statement of program.body) {
    if (isBlock(statement)) rewriteBlock(statement);
    else if (isMustache(statement)) rewriteMustache(statement);
    else if (statement.type !== 'ContentStatement' && statement.type !== 'CommentStatement') {
      throw refused(
        statement,
        'partials and decorators are not understood here.',
        'Let the CLI inline partials.',
      );
    }
  }
}

function rewriteBlock(block: hbs.AST.BlockStatement): void {
  const name = block.path.original;
  if (noBlocks.includes(name)) throw refused(block, `{{#${name}}} is no block.`, `Write {{${name} …}}.`);
  block.params.forEach(checkExpression);
  // One of the two is missing where the block has no such branch, which the types do not say.
  const branches: (hbs.AST.Program | undefined)[] = [block.program, block.inverse];
  for (const branch of branches) if (branch !== undefined) printIntoSlots(branch);
}

function rewriteMustache(mustache: hbs.AST.MustacheStatement): void {
  const path = mustache.path;
  if (!isPath(path))
    throw refused(mustache, 'a literal stands in braces.', 'Write the text without the braces.');
  if (path.original === 'history') return;
  if (path.original === 'role') {
    checkRole(mustache);
  } else if (path.original === 'media') {
    // The mark's own text is parsed once more, so what stands in it goes into slots as well.
    for (const pair of mustache.hash.pairs) pair.value = callOf(slotHelper, [checked(pair.value)], mustache);
  } else {
    const value = checked(valueOf(mustache, path));
    mustache.path = pathTo(slotHelper, mustache);
    mustache.params = [value];
    mustache.hash = { type: 'Hash', loc: mustache.loc, pairs: [] };
  }
}

/** `{{x.y}}` is the variable itself, `{{json x}}` the call of a helper. */
function valueOf(mustache: hbs.AST.MustacheStatement, path: hbs.AST.PathExpression): hbs.AST.Expression {
  if (mustache.params.length === 0 && !isValueHelper(path.original)) return path;
  return callOf(path.original, mustache.params, mustache, mustache.hash);
}

function callOf(
  name: string,
  params: hbs.AST.Expression[],
  { loc }: hbs.AST.Node,
  hash: hbs.AST.Hash = { type: 'Hash', loc, pairs: [] },
): hbs.AST.SubExpression {
  return { type: 'SubExpression', path: pathTo(name, { type: '', loc }), params, hash, loc };
}

function pathTo(name: string, { loc }: hbs.AST.Node): hbs.AST.PathExpression {
  return { type: 'PathExpression', data: false, depth: 0, parts: [name], original: name, loc };
}

function checked(expression: hbs.AST.Expression): hbs.AST.Expression {
  checkExpression(expression);
  return expression;
}

function checkExpression(expression: hbs.AST.Expression): void {
  if (!isCall(expression)) return;
  if (!isValueHelper(expression.path.original)) {
    throw refused(
      expression,
      `"${expression.path.original}" gives no value.`,
      `Use ${valueHelpers.join(' or ')}.`,
    );
  }
  if (expression.params.length === 0) {
    throw refused(
      expression,
      `"${expression.path.original}" is a helper and needs a value.`,
      'Name the value after it.',
    );
  }
  expression.params.forEach(checkExpression);
}

function isValueHelper(name: string): boolean {
  return valueHelpers.some((helper) => helper === name);
}

function checkRole(mustache: hbs.AST.MustacheStatement): void {
  const [role] = mustache.params;
  if (role !== undefined && isText(role) && roles.includes(role.value)) return;
  throw refused(
    mustache,
    'a role is written out, never taken from a variable.',
    `Write {{role "${roles.join('" | "')}"}}.`,
  );
}

function refused(node: hbs.AST.Node, what: string, remedy: string): SluiceError {
  return new SluiceError('invalid_file', `Line ${node.loc.start.line} of the template: ${what}`, { remedy });
}
