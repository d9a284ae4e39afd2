import type { RevisionRow } from '../../config-store/revisions/revision-row.ts';
import type { ComparedRevisions } from '../schemas/dashboard/compare.ts';

/** Two revisions of an app as the files that people write: what differs, with both texts, and what does not. */
export function compareRevisions(from: RevisionRow | undefined, to: RevisionRow): ComparedRevisions {
  const before = from === undefined ? new Map<string, string>() : filesOf(from);
  const after = filesOf(to);
  const paths = [...new Set([...before.keys(), ...after.keys()])].sort();
  const differs = (path: string): boolean => before.get(path) !== after.get(path);
  return {
    app: to.app,
    ...(from === undefined ? {} : { from: { label: from.label, digest: from.digest } }),
    to: { label: to.label, digest: to.digest },
    files: paths.filter(differs).map((path) => {
      const [old, now] = [before.get(path), after.get(path)];
      return {
        path,
        ...(old === undefined ? {} : { before: old }),
        ...(now === undefined ? {} : { after: now }),
      };
    }),
    unchanged: paths.filter((path) => !differs(path)),
  };
}

/** Prompts as their templates; everything else as JSON, a file a part, so that a changed model is no changed prompt. */
function filesOf({ content }: RevisionRow): Map<string, string> {
  const { prompts, ...parts } = content;
  const files = new Map<string, string>();
  for (const [name, { template, ...more }] of Object.entries(prompts)) {
    files.set(`prompts/${name}.prompt`, template);
    const rest = defined(more);
    if (Object.keys(rest).length > 0) files.set(`prompts/${name}.json`, textOf(rest));
  }
  for (const [name, part] of Object.entries(defined(parts))) files.set(`${name}.json`, textOf(part));
  return files;
}

function defined(parts: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(parts).filter(([, part]) => part !== undefined));
}

function textOf(part: unknown): string {
  return `${JSON.stringify(part, null, 2)}\n`;
}
