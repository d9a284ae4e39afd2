import { dirname } from 'node:path';
import ts from 'typescript';
import type { SourceFile } from './source-file.ts';

const mostFiles = 20;

/** What is wrong with the house, a sentence each. */
export type HouseRule = (files: readonly SourceFile[]) => string[];

/** A folder with more files than a reader takes in at a glance wants rooms. */
export const crowdedFolders: HouseRule = (files) => {
  const sizes = new Map<string, number>();
  for (const { path } of files) sizes.set(dirname(path), (sizes.get(dirname(path)) ?? 0) + 1);
  return [...sizes]
    .filter(([, size]) => size > mostFiles)
    .map(
      ([folder, size]) => `${folder}/ holds ${size} files of its own (at most ${mostFiles}): give it rooms.`,
    );
};

/**
 * A type's name says what it is of, wherever it is read. What applications install is read without the project: its names are
 * its own.
 */
export const namesTwice: HouseRule = (files) => {
  const homes = new Map<string, string[]>();
  for (const { path, source } of files) {
    if (path.startsWith('clients/')) continue;
    for (const name of exportedTypes(source)) homes.set(name, [...(homes.get(name) ?? []), path]);
  }
  return [...homes]
    .filter(([, paths]) => paths.length > 1)
    .map(
      ([name, paths]) =>
        `The type ${name} is exported by ${paths.join(' and ')}: one of them wants another name.`,
    );
};

function exportedTypes(source: ts.SourceFile): string[] {
  const isType = (node: ts.Statement) =>
    ts.isInterfaceDeclaration(node) ||
    ts.isTypeAliasDeclaration(node) ||
    ts.isClassDeclaration(node) ||
    ts.isEnumDeclaration(node);
  return source.statements
    .filter(isType)
    .filter(({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ExportKeyword) === true)
    .flatMap(({ name }) => (name === undefined ? [] : [name.text]));
}

/** A field is `readonly`, or somebody writes it: so a reader knows which ones change. */
export const fieldsNobodyWrites: HouseRule = (files) => {
  const written = new Set(files.flatMap(({ source }) => writtenNames(source)));
  return files.flatMap(({ path, source }) =>
    changeableFields(source)
      .filter((field) => !written.has(nameOf(field)))
      .map((field) => {
        const { line } = source.getLineAndCharacterOfPosition(field.getStart(source));
        return `${path}:${line + 1} says that ${nameOf(field)} may be written, and nobody does: make it readonly.`;
      }),
  );
};

function changeableFields(source: ts.SourceFile): ts.PropertySignature[] {
  return allOf(source, ts.isPropertySignature).filter(
    ({ modifiers }) => modifiers?.some(({ kind }) => kind === ts.SyntaxKind.ReadonlyKeyword) !== true,
  );
}

/** The last name in what is assigned, counted up or deleted: `state.progress = …` writes `progress`. */
function writtenNames(source: ts.SourceFile): string[] {
  const assigned = allOf(source, ts.isBinaryExpression).filter(
    ({ operatorToken: { kind } }) =>
      kind >= ts.SyntaxKind.FirstAssignment && kind <= ts.SyntaxKind.LastAssignment,
  );
  return [
    ...assigned.map(({ left }) => left),
    ...allOf(source, ts.isPrefixUnaryExpression).map(({ operand }) => operand),
    ...allOf(source, ts.isPostfixUnaryExpression).map(({ operand }) => operand),
    ...allOf(source, ts.isDeleteExpression).map(({ expression }) => expression),
  ].flatMap(fieldsIn);
}

/** Of a target of an assignment, which may take an object or array apart. */
function fieldsIn(target: ts.Node): string[] {
  if (ts.isPropertyAccessExpression(target)) return [target.name.text];
  if (ts.isElementAccessExpression(target)) {
    return ts.isStringLiteral(target.argumentExpression) ? [target.argumentExpression.text] : [];
  }
  if (!ts.isArrayLiteralExpression(target) && !ts.isObjectLiteralExpression(target)) return [];
  return allOf(target, ts.isPropertyAccessExpression).map(({ name }) => name.text);
}

function nameOf({ name }: ts.PropertySignature): string {
  return ts.isIdentifier(name) || ts.isStringLiteral(name) ? name.text : name.getText();
}

function allOf<Kind extends ts.Node>(top: ts.Node, is: (node: ts.Node) => node is Kind): Kind[] {
  const found: Kind[] = [];
  const visit = (node: ts.Node): void => {
    if (is(node)) found.push(node);
    node.forEachChild(visit);
  };
  visit(top);
  return found;
}

export const houseRules: Readonly<Record<string, HouseRule>> = {
  'no crowded folder': crowdedFolders,
  'no name twice': namesTwice,
  'fields are readonly': fieldsNobodyWrites,
};
