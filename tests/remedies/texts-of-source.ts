import { readFileSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import ts from 'typescript';

/** A text that a source file holds. */
export interface SourceText {
  /** As `cli/program.ts:12`. */
  readonly at: string;
  /** What is put into it stands as `…`. */
  readonly text: string;
}

/** What is put into a text where it is written. */
export const putIn = '…';

const root = join(import.meta.dirname, '../..');
const isProduction = (path: string): boolean =>
  path.endsWith('.ts') && !/\.(?:test|fixture)\.ts$|test-fixtures/.test(path);

/** All texts of the production code below these folders, comments apart. */
export function textsOfSource(folders: readonly string[]): SourceText[] {
  return folders
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name))
    .filter(isProduction)
    .flatMap(textsOfFile);
}

function textsOfFile(path: string): SourceText[] {
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  const texts: SourceText[] = [];
  const visit = (node: ts.Node): void => {
    const text = textOf(node);
    if (text !== undefined) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart(source));
      texts.push({ at: `${relative(root, path)}:${line + 1}`, text });
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return texts;
}

/** Of a sum of texts the whole: a sentence is written over several lines. */
function textOf(node: ts.Node): string | undefined {
  if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) return node.text;
  if (!ts.isTemplateExpression(node)) return undefined;
  return node.head.text + node.templateSpans.map(({ literal }) => putIn + literal.text).join('');
}
