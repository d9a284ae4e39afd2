import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { KeysRead } from '../../config-store/gateway-view/read-keys.ts';
import { messageOf, SluiceError } from '../../domain/errors.ts';
import { gatewayKeySchema, type GatewayKey } from '../../domain/access/gateway-key.ts';
import { isMissing, writeDurably } from '../config/write-durably.ts';

const fileSchema = z.object({ environment: z.string(), digest: z.string(), keys: z.array(gatewayKeySchema) });

/** The keys that are valid here, by their hashes: from the database, else as they were last heard of. */
export interface KnownKeys {
  /** Reads what has changed, and keeps it on disk. Throws where the database is away, or the disk cannot be written. */
  refresh(): Promise<void>;
  /** Throws `invalid_file` for a file that is damaged or another's. */
  startFromDisk(): Promise<void>;
  find(hash: string): GatewayKey | undefined;
  /** Has this gateway ever heard which keys there are? */
  areKnown(): boolean;
}

export interface KnownKeysParts {
  readonly directory: string;
  readonly environment: string;
  /** The keys, where they are others than those with the digest `known`. */
  readonly read: (known: string | undefined) => Promise<KeysRead>;
}

/** A key is looked up by its hash: how long that takes says nothing of the keys there are. */
export function createKnownKeys({ directory, environment, read }: KnownKeysParts): KnownKeys {
  const path = join(directory, 'gateway-keys.json');
  let byHash: ReadonlyMap<string, GatewayKey> | undefined;
  let digest: string | undefined;
  let onDisk: string | undefined;
  const learn = (keys: readonly GatewayKey[], of: string): void => {
    byHash = new Map(keys.map((key) => [key.hash, key]));
    digest = of;
  };
  return {
    async refresh() {
      const told = await read(digest);
      if (told.keys !== undefined) learn(told.keys, told.digest);
      if (onDisk === digest) return;
      await writeDurably(path, JSON.stringify({ environment, digest, keys: [...(byHash?.values() ?? [])] }));
      onDisk = digest;
    },
    async startFromDisk() {
      const text = await readFile(path, 'utf8').catch((error: unknown) => {
        if (isMissing(error)) return undefined;
        throw error;
      });
      if (text === undefined) return;
      const file = parseFile(text, path, environment);
      learn(file.keys, file.digest);
      onDisk = digest;
    },
    find: (hash) => byHash?.get(hash),
    areKnown: () => byHash !== undefined,
  };
}

function parseFile(text: string, path: string, environment: string): z.infer<typeof fileSchema> {
  try {
    const file = fileSchema.parse(JSON.parse(text));
    if (file.environment !== environment) throw new Error(`it is of the environment ${file.environment}`);
    return file;
  } catch (cause) {
    throw new SluiceError('invalid_file', `${path} cannot be used: ${messageOf(cause)}.`, {
      remedy: 'Delete it: it is written anew as soon as the database answers.',
      cause,
    });
  }
}
