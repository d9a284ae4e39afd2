import Handlebars from 'handlebars';
import { elementOf, fieldOf, isBoolean, isList, type KnownValue } from './known-value.ts';
import { blockHelpers, markHelpers, valueHelpers } from './print-into-slots.ts';
import { isBlock, isCall, isMustache, isPath } from './template-nodes.ts';

/** A name in a template that stands for nothing. */
export interface UnknownName {
  /** Of the template, from 1. */
  readonly line: number;
  /** As it is written. */
  readonly name: string;
}

export interface TemplateNames {
  readonly unknown: readonly UnknownName[];
  /** The template's variables that it prints itself, in no loop. */
  readonly printed: ReadonlySet<string>;
  /** Does it say where the caller's messages go? */
  readonly placesHistory: boolean;
}

/** What names mean at a place: the values that `this` and `../` are, the innermost last, and names of blocks. */
interface Scope {
  readonly contexts: readonly KnownValue[];
  readonly blockParams: ReadonlyMap<string, KnownValue>;
  /** Loops around the place: `@index` counts the innermost one. */
  readonly loops: number;
}

interface Found {
  readonly unknown: UnknownName[];
  readonly printed: Set<string>;
  placesHistory: boolean;
}

const loopData = ['index', 'key', 'first', 'last'];
const isOneOf = (names: readonly string[], name: string): boolean => names.includes(name);

/**
 * The names that a template uses, each looked up as Handlebars would: block parameters first, then the innermost value
 * alone. Helpers are no names.
 *
 * @param variables what is known of the template's variables
 */
export function namesOf(template: string, variables: KnownValue): TemplateNames {
  const found: Found = { unknown: [], printed: new Set(), placesHistory: false };
  walk(Handlebars.parse(template), { contexts: [variables], blockParams: new Map(), loops: 0 }, found);
  return found;
}

function walk(program: hbs.AST.Program | undefined, scope: Scope, found: Found): void {
  for (const statement of program?.body ?? []) {
    if (isMustache(statement)) walkMustache(statement, scope, found);
    else if (isBlock(statement)) walkBlock(statement, scope, found);
  }
}

function walkMustache(mustache: hbs.AST.MustacheStatement, scope: Scope, found: Found): void {
  const { path, params, hash } = mustache;
  const isHelper = isPath(path) && isOneOf([...markHelpers, ...valueHelpers], path.original);
  if (isHelper && path.original === 'history') found.placesHistory = true;
  const expressions = [...(isHelper ? [] : [path]), ...params, ...valuesOf(hash)];
  for (const expression of expressions) {
    walkExpression(expression, scope, found);
    if (scope.contexts.length === 1) notePrinted(expression, found);
  }
}

function notePrinted(expression: hbs.AST.Expression, found: Found): void {
  if (isPath(expression) && expression.parts[0] !== undefined) found.printed.add(expression.parts[0]);
  if (isCall(expression)) for (const param of expression.params) notePrinted(param, found);
}

function walkExpression(expression: hbs.AST.Expression, scope: Scope, found: Found): void {
  if (isPath(expression)) resolved(expression, scope, found);
  if (!isCall(expression)) return;
  for (const each of [...expression.params, ...valuesOf(expression.hash)]) walkExpression(each, scope, found);
}

/** A block sees other names inside than outside; its `else` sees those outside. */
function walkBlock(block: hbs.AST.BlockStatement, scope: Scope, found: Found): void {
  const { path, params, hash } = block;
  const isHelper = isOneOf(blockHelpers, path.original);
  const about = isHelper ? params : [path, ...params];
  const values = about.map((each) => (isPath(each) ? resolved(each, scope, found) : undefined));
  for (const each of [...about.filter((each) => !isPath(each)), ...valuesOf(hash)])
    walkExpression(each, scope, found);
  const inner = innerScope(block, isHelper ? path.original : 'section', values[0], scope);
  walk(block.program, inner, found);
  walk(block.inverse, scope, found);
}

function innerScope(block: hbs.AST.BlockStatement, kind: string, value: KnownValue, scope: Scope): Scope {
  // One of the two branches is missing where the block has no such, which the types do not say.
  const [program]: (hbs.AST.Program | undefined)[] = [block.program];
  const names = program?.blockParams ?? [];
  const within = (context: KnownValue, loops: number): Scope => ({
    contexts: [...scope.contexts, context],
    blockParams: new Map([...scope.blockParams, ...paramsOf(names, context)]),
    loops: scope.loops + loops,
  });
  switch (kind) {
    case 'each':
      return within(elementOf(value), 1);
    case 'with':
      return within(value, 0);
    case 'section':
      // Over a list it is a loop; where a value is just true, what stands around it is seen.
      return isBoolean(value) ? scope : within(isList(value) ? elementOf(value) : value, 1);
    default:
      return scope;
  }
}

/** `as |item index|`: the value, and its place. */
function paramsOf(names: readonly string[], value: KnownValue): [string, KnownValue][] {
  return names.map((name, i) => [name, i === 0 ? value : { type: 'string' }]);
}

/** What a path stands for, as far as it is known; one that stands for nothing is noted. */
function resolved(path: hbs.AST.PathExpression, scope: Scope, found: Found): KnownValue {
  const start = startOf(path, scope);
  let value = start?.value;
  let isKnown = start !== undefined;
  for (const part of start?.rest ?? []) {
    const field = fieldOf(value, part);
    isKnown &&= field.kind === 'known';
    value = field.kind === 'known' ? field.value : undefined;
  }
  if (!isKnown) found.unknown.push({ line: path.loc.start.line, name: path.original });
  return value;
}

/** The value that a path begins at, and the fields that it goes on with; undefined where it begins nowhere. */
function startOf(
  path: hbs.AST.PathExpression,
  { contexts, blockParams, loops }: Scope,
): { readonly value: KnownValue; readonly rest: readonly string[] } | undefined {
  const { parts, depth, original } = path;
  const [first = '', ...rest] = parts;
  if (path.data) {
    if (first === 'root') return { value: contexts[0], rest };
    return isOneOf(loopData, first) && depth < loops ? { value: { type: 'string' }, rest } : undefined;
  }
  if (depth >= contexts.length) return undefined;
  const isScoped = depth > 0 || /^(?:\.|this\b)/.test(original);
  if (!isScoped && blockParams.has(first)) return { value: blockParams.get(first), rest };
  return { value: contexts[contexts.length - 1 - depth], rest: parts };
}

function valuesOf(hash: hbs.AST.Hash | undefined): hbs.AST.Expression[] {
  return (hash?.pairs ?? []).map(({ value }) => value);
}
