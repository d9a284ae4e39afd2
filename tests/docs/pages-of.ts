import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '../..');

/** A block of code of a page. */
export interface Block {
  /** As `docs/reference/cli.md:12`. */
  readonly at: string;
  readonly page: string;
  /** As the fence says; empty where it says nothing, and for what is indented. */
  readonly language: string;
  readonly text: string;
}

/** What people read: the README, the pages of `docs/`, of clients and examples; decisions and the design are history. */
export function pages(): string[] {
  const folders = ['docs', 'clients', 'examples'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((name) => join(folder, name)),
  );
  const read = folders.filter(
    (path) => path.endsWith('.md') && !/node_modules|docs\/(?:decisions|design)\//.test(path),
  );
  return ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...read.sort()];
}

const textOf = (page: string): string => readFileSync(join(root, page), 'utf8');

/** The blocks of all pages, fenced or indented, without what they are indented by. */
export function blocks(): Block[] {
  return pages().flatMap((page) => [...fenced(page), ...indented(page)]);
}

function fenced(page: string): Block[] {
  const text = textOf(page);
  return [...text.matchAll(/^( *)```(\w*)\n([\s\S]*?)^ *```$/gm)].map(
    ({ index, 1: indent = '', 2: language = '', 3: inner = '' }) => ({
      at: placeOf(page, text, index),
      page,
      language,
      text: inner.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
    }),
  );
}

/** Commands stand indented where a list goes on around them. */
function indented(page: string): Block[] {
  const text = withoutFences(textOf(page));
  return [...text.matchAll(/^(?: {4,})(sluice .*)$/gm)].map(({ index, 1: inner = '' }) => ({
    at: placeOf(page, text, index),
    page,
    language: '',
    text: `${inner}\n`,
  }));
}

/** What stands between back-ticks in sentences and tables. */
export function spans(): { readonly at: string; readonly text: string }[] {
  return pages().flatMap((page) => {
    const text = withoutFences(textOf(page));
    return [...text.matchAll(/`([^`\n]+)`/g)].map(({ index, 1: inner = '' }) => ({
      at: placeOf(page, text, index),
      text: inner,
    }));
  });
}

/** With its lines where they were. */
function withoutFences(text: string): string {
  return text.replaceAll(/^( *)```[\s\S]*?^ *```$/gm, (block) => block.replaceAll(/[^\n]/g, ''));
}

function placeOf(page: string, text: string, index: number): string {
  return `${page}:${text.slice(0, index).split('\n').length}`;
}
