import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { revisionDigest } from '../../domain/revision/digest.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { revisionContentSchema } from '../../domain/revision/revision.ts';
import type { Counting } from '../../domain/split/split.ts';
import { isMissing, writeDurably } from './write-durably.ts';

const fileName = 'last-known-stable.json';

const countingSchema: z.ZodType<Counting> = z
  .object({ releaseId: z.string(), shortHorizonMs: z.number(), longHorizonMs: z.number() })
  .catchall(z.json());
const knownAppSchema = z.object({
  split: z.object({
    app: z.string(),
    environment: z.string(),
    version: z.number(),
    stable: z.string(),
    candidate: z.string().optional(),
    weight: z.number(),
    include: z.array(z.string()),
    exclude: z.array(z.string()),
    salt: z.string(),
    counting: countingSchema.optional(),
    releaseId: z.string().optional(),
  }),
  stable: z.object({
    app: z.string(),
    digest: z.string(),
    label: z.string(),
    content: revisionContentSchema,
  }),
  sampling: z.enum(['off', 'metadata', 'redacted', 'full']),
});
const fileSchema = z.object({ environment: z.string(), apps: z.array(knownAppSchema) });

/** The digest is that of the content as it was written: this version of the schema may read more into it. */
const writtenSchema = z.object({
  apps: z.array(z.object({ stable: z.object({ app: z.string(), digest: z.string(), content: z.json() }) })),
});

/** An app as it was last served: its split and its stable revision, never a candidate's content. */
export type KnownApp = z.infer<typeof knownAppSchema>;

/** The stable revisions on disk, from which a gateway starts while the database is away (invariant 19). */
export interface LastKnown {
  /** Writes all at once: after a crash the file is the old one or the new one, whole. */
  write(apps: readonly KnownApp[]): Promise<void>;
  /** An empty list where nothing was ever written. Throws `invalid_file` for a file that is damaged or another's. */
  read(): Promise<readonly KnownApp[]>;
}

export function createLastKnown({
  directory,
  environment,
}: {
  readonly directory: string;
  readonly environment: string;
}): LastKnown {
  const path = join(directory, fileName);
  return {
    async write(apps) {
      await writeDurably(path, JSON.stringify({ environment, apps }));
    },
    async read() {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      return text === undefined ? [] : parseFile(text, path, environment);
    },
  };
}

function parseFile(text: string, path: string, environment: string): readonly KnownApp[] {
  try {
    const json: unknown = JSON.parse(text);
    const written = writtenSchema.parse(json).apps;
    const changed = written.find(({ stable }) => revisionDigest(stable.content) !== stable.digest);
    if (changed !== undefined)
      throw new Error(`a revision of ${changed.stable.app} is not what its digest says`);
    const file = fileSchema.parse(json);
    if (file.environment !== environment) throw new Error(`it is of the environment ${file.environment}`);
    return file.apps;
  } catch (cause) {
    throw new SluiceError('invalid_file', `${path} cannot be used: ${messageOf(cause)}.`, {
      remedy: 'Delete it and start with the database at hand.',
      cause,
    });
  }
}
