import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A file of the dashboard, as it is sent. */
export interface DashboardFile {
  readonly body: Buffer;
  /** Absent where it is no smaller. */
  readonly gzipped: Buffer | undefined;
  readonly type: string;
  /** Its name has a digest in it: under that name there is never anything else. */
  readonly isImmutable: boolean;
}

/** What the build writes; everything else in its folder is for itself. */
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
};

function fileAt(folder: string, path: string, type: string): DashboardFile {
  const body = readFileSync(join(folder, path));
  const gzipped = gzipSync(body, { level: 9 });
  return {
    ...{ body, type, isImmutable: path.startsWith('assets/') },
    gzipped: gzipped.length < body.length ? gzipped : undefined,
  };
}

/**
 * All files of a dashboard that was built into a folder, by their paths in it, held in memory: so no request ever names a
 * file of the machine. Empty where none was built there.
 */
export function readDashboard(folder: string): ReadonlyMap<string, DashboardFile> {
  if (!existsSync(join(folder, 'index.html'))) return new Map();
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((path) =>
    path.replaceAll('\\', '/'),
  );
  return new Map(
    paths.flatMap((path) => {
      const type = types[extname(path)];
      return type === undefined ? [] : [[path, fileAt(folder, path, type)] as const];
    }),
  );
}
