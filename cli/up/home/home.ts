import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { z } from 'zod';
import { parseSettings } from '../../../program/parse-settings.ts';
import { SluiceError } from '../../../domain/errors.ts';
import { loginPrograms, type LoginProgram } from '../../../domain/access/login-programs.ts';

const secretsSchema = z.strictObject({
  /** Keys of 32 bytes in base64, with commas between them: the current one, which seals samples, and former ones. */
  dataKey: z.string(),
  /** As `dataKey`, of what is kept for an hour. Absent in homes that are older. */
  freshKey: z.string().optional(),
  /** As `dataKey`, of what mirrors keep for people to see. Absent in homes that are older. */
  mirrorKey: z.string().optional(),
  /** 32 bytes, base64: what the hashes of subjects are made with. */
  subjectKey: z.string(),
  /** What evaluation and replay show a gateway to be answered by a revision of their choice. */
  internalToken: z.string(),
  /** 32 bytes, base64: seals the audit log. Only the API is told. Absent in homes that are older. */
  auditKey: z.string().optional(),
  /** Passwords of the programs' users in the PostgreSQL of the home. */
  databasePasswords: z.record(z.enum(loginPrograms), z.string()).optional(),
});
export interface Secrets {
  readonly dataKey: string;
  readonly freshKey: string;
  readonly mirrorKey: string;
  readonly subjectKey: string;
  readonly internalToken: string;
  readonly auditKey: string;
  readonly databasePasswords: Record<LoginProgram, string>;
}

/** What the `sluice` command needs to find a stack that runs here. */
export const connectionsSchema = z.object({
  apiUrl: z.string(),
  databaseUrl: z.string(),
  /** As the user who may roll back past the control plane, and no more. */
  breakGlassUrl: z.string().optional(),
  temporalAddress: z.string(),
  temporalUiUrl: z.string().optional(),
  productionGateways: z.array(z.string()),
  stagingGateway: z.string(),
  /** Where the gateways have their metrics, staging's last. */
  gatewayAdmins: z.array(z.string()).optional(),
  apiAdmin: z.string().optional(),
  /** The bindings that the stack runs on, while it does. */
  environmentsFile: z.string().optional(),
  /** Whose bindings these are with simulated vendors in place of the real ones. */
  simulates: z.string().optional(),
});
export type Connections = z.infer<typeof connectionsSchema>;

/** What a stack's folder is read from. */
export const homeSettings = { SLUICE_HOME: z.string().default('.sluice') };

/** The folder that a stack keeps its data under: SLUICE_HOME, else `.sluice` where one stands. */
export function homeDirectory(environment: NodeJS.ProcessEnv, workingDirectory: string): string {
  const { SLUICE_HOME } = parseSettings('command', z.object(homeSettings), environment);
  return resolve(workingDirectory, SLUICE_HOME);
}

function writePrivately(file: string, value: unknown): void {
  writeFileSync(`${file}.new`, `${JSON.stringify(value, null, 2)}\n`, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

const newKey = (): string => randomBytes(32).toString('base64');

function newPasswords(): Record<LoginProgram, string> {
  const made = loginPrograms.map((program) => [program, randomBytes(24).toString('base64url')] as const);
  return Object.fromEntries(made) as Record<LoginProgram, string>;
}

/** Homes of before had one key for both. */
const storedSecretsSchema = secretsSchema.extend({ subjectKey: z.string().optional() });

/**
 * Hashes of subjects stay what they were. A home of before gets a new data key: its API is to know what hashes subjects,
 * and that must open nothing that is kept from now on.
 */
function renewed(
  {
    freshKey,
    subjectKey,
    mirrorKey = newKey(),
    auditKey = newKey(),
    databasePasswords = newPasswords(),
    ...stored
  }: z.infer<typeof storedSecretsSchema>,
  newDataKey: boolean,
): Secrets {
  const dataKey = newDataKey || subjectKey === undefined ? `${newKey()},${stored.dataKey}` : stored.dataKey;
  // What an hour-old key has sealed is gone: one former key is enough.
  const former = newDataKey ? freshKey?.split(',').slice(0, 1) : undefined;
  const fresh = former === undefined ? (freshKey ?? newKey()) : [newKey(), ...former].join(',');
  const keys = { dataKey, freshKey: fresh, mirrorKey, subjectKey: subjectKey ?? stored.dataKey, auditKey };
  return { ...stored, ...keys, databasePasswords };
}

/**
 * The secrets of a home, made at its first use and readable by their owner only.
 *
 * @param newDataKey seal by a new key from now on; the former ones go on to open what they have sealed
 */
export function openSecrets(
  home: string,
  { newDataKey = false }: { readonly newDataKey?: boolean } = {},
): { readonly secrets: Secrets; readonly created: boolean } {
  mkdirSync(home, { recursive: true, mode: 0o700 });
  const file = join(home, 'secrets.json');
  if (existsSync(file)) {
    const parsed = storedSecretsSchema.safeParse(parseJson(readFileSync(file, 'utf8')));
    if (parsed.success) {
      const secrets = renewed(parsed.data, newDataKey);
      if (JSON.stringify(secrets) !== JSON.stringify(parsed.data)) writePrivately(file, secrets);
      return { secrets, created: false };
    }
    throw new SluiceError('invalid_file', `${file} does not hold the secrets of a stack.`, {
      remedy: 'Restore it from a backup: samples that are sealed with its key cannot be read without it.',
    });
  }
  const secrets = {
    dataKey: newKey(),
    freshKey: newKey(),
    mirrorKey: newKey(),
    subjectKey: newKey(),
    internalToken: randomBytes(32).toString('base64url'),
    auditKey: newKey(),
    databasePasswords: newPasswords(),
  };
  writePrivately(file, secrets);
  return { secrets, created: true };
}

/** Leaves word where the stack is, for `sluice` in the same folder. */
export function writeConnections(home: string, connections: Connections): void {
  writePrivately(join(home, 'connections.json'), connections);
}

/** Where the stack of a home is, or undefined where none was started there. Throws `invalid_file` for a damaged note. */
export function readConnections(home: string): Connections | undefined {
  const file = join(home, 'connections.json');
  if (!existsSync(file)) return undefined;
  const parsed = connectionsSchema.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new SluiceError('invalid_file', `${file} does not say where the stack is.`, {
    remedy: 'Delete it: `sluice up` writes it anew.',
  });
}

/**
 * Where PostgreSQL was when the stack ran last, so that it comes back there: whoever presses `rollback --direct` while the
 * stack still starts has the old address. A damaged note says nothing, and is written anew by the stack.
 */
export function lastPostgresPort(home: string): number | undefined {
  const file = join(home, 'connections.json');
  if (!existsSync(file)) return undefined;
  const parsed = connectionsSchema.safeParse(parseJson(readFileSync(file, 'utf8')));
  if (!parsed.success || !URL.canParse(parsed.data.databaseUrl)) return undefined;
  const { port } = new URL(parsed.data.databaseUrl);
  return port === '' ? undefined : Number(port);
}

/** Undefined for a text that is no JSON. */
function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
