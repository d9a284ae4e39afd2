import { posix } from 'node:path';
import { SluiceError } from '../../domain/errors.ts';
import { runGit } from './git-command.ts';
import { decodeText, type TeamFiles } from './team-files.ts';

/** A commit of a repository, and what people call it. */
export interface Commit {
  /** The top folder of the working tree. */
  readonly repository: string;
  readonly id: string;
  readonly name: string;
}

/** What git has at a path: the bytes of a file, or in words why there are none. */
type Found =
  { readonly kind: 'file'; readonly bytes: Uint8Array } | { readonly kind: 'none'; readonly why: string };

/** A large file's stand-in, whose content is elsewhere. */
const lfsPointer = 'version https://git-lfs.github.com/spec/';

/**
 * The files of a commit, never those of the working tree. They are named as git names them, `main:prompts/a.prompt`,
 * by their paths from the repository's top.
 */
export function createCommittedFiles(commit: Commit): TeamFiles {
  const prefix = `${commit.name}:`;
  const pathOf = (file: string): string => file.slice(prefix.length);
  return {
    read(file) {
      const found = readCommitted(commit, pathOf(file));
      if (found.kind === 'file') return textOf(found.bytes, file);
      throw new SluiceError('not_found', `There is no file ${file}${found.why}.`, {
        remedy: `See what the commit has: git ls-tree -r --name-only ${commit.name}`,
      });
    },
    exists: (file) => readCommitted(commit, pathOf(file)).kind === 'file',
    beside: (file, path) => prefix + posix.join(posix.dirname(pathOf(file)), path.replaceAll('\\', '/')),
  };
}

/** What a commit calls the file at a path from the repository's top. */
export function committedName({ name }: Commit, path: string): string {
  return `${name}:${posix.normalize(path)}`;
}

function readCommitted({ repository, id }: Commit, path: string): Found {
  if (path.startsWith('../')) return { kind: 'none', why: ': it would lie outside of the repository' };
  // Links lead to what they name in the same commit, as they do in the working tree.
  const asked = runGit(repository, ['cat-file', '--batch', '--follow-symlinks'], `${id}:${path}\n`);
  if (!asked.ok) return { kind: 'none', why: ` that git can read: ${asked.said}` };
  const end = asked.stdout.indexOf('\n');
  const head = asked.stdout.subarray(0, end).toString('utf8');
  const [, type, size] = /^[0-9a-f]+ (\w+) (\d+)$/.exec(head) ?? [];
  if (type === 'blob') {
    return { kind: 'file', bytes: asked.stdout.subarray(end + 1, end + 1 + Number(size)) };
  }
  if (type === 'tree') return { kind: 'none', why: ', but a folder' };
  return { kind: 'none', why: head.startsWith('symlink ') ? ', but a link out of the repository' : '' };
}

function textOf(bytes: Uint8Array, file: string): string {
  const text = decodeText(bytes, file);
  if (!text.startsWith(lfsPointer)) return text;
  throw new SluiceError('invalid_file', `${file} is kept by Git LFS: the commit has only a pointer to it.`, {
    remedy: 'Keep prompts and sluice.yaml in git itself.',
  });
}
