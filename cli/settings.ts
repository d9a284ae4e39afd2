import { z } from 'zod';
import { auditKeysSchema, type AuditKeys } from '../domain/audit/keys.ts';
import { loginPrograms, type LoginProgram } from '../domain/access/login-programs.ts';
import { parseSettings } from '../program/parse-settings.ts';
import type { CiSettings } from './http/ci-token.ts';
import { homeDirectory, homeSettings, readConnections } from './up/home/home.ts';

const text = z.string().optional();
const url = z.url('is no URL, such as http://127.0.0.1:7400').optional();
/** `api=…,worker=…`: of the programs' database users, which `migrate` makes. */
const passwords = text.transform((given, context) => {
  const pairs = (given ?? '').split(',').filter((pair) => pair !== '');
  const parsed = pairs.map((pair) => /^([a-z]+)=([A-Za-z0-9_-]{8,})$/.exec(pair)?.slice(1, 3));
  const named = z
    .partialRecord(z.enum(loginPrograms), z.string())
    .safeParse(Object.fromEntries(parsed.map((p) => p ?? ['?', ''])));
  if (named.success) return named.data;
  context.addIssue(
    `is not PROGRAM=PASSWORD,… of ${loginPrograms.join(', ')}, each of 8 letters and digits at least`,
  );
  return z.NEVER;
});

export const settingsSchema = z.object({
  ...homeSettings,
  SLUICE_API_URL: url,
  SLUICE_TOKEN: text,
  /** In GitHub Actions, where the job may have tokens: `permissions: { id-token: write }`. */
  ACTIONS_ID_TOKEN_REQUEST_URL: url,
  ACTIONS_ID_TOKEN_REQUEST_TOKEN: text,
  /** Elsewhere: the token that the CI system has signed for the run. */
  SLUICE_ID_TOKEN: text,
  SLUICE_OIDC_AUDIENCE: text,
  SLUICE_TRUST: text,
  DATABASE_URL: url,
  SLUICE_DATABASE_PASSWORDS: passwords,
  SLUICE_AUDIT_KEY: text.pipe(auditKeysSchema.optional()),
  NO_COLOR: text,
  TERM: text,
  /** Set by CI systems, some of which give a job a terminal that nobody looks at. */
  CI: text,
});

/** What the command takes from its environment. */
export interface CliSettings {
  /** From SLUICE_API_URL, else from the stack that was started in this folder. */
  readonly apiUrl: string | undefined;
  readonly token: string | undefined;
  /** What a run of CI has to show where there is no token. */
  readonly ci?: CiSettings | undefined;
  /** As its owner, for `migrate`: DATABASE_URL, else the stack of this folder. */
  readonly databaseUrl: string | undefined;
  /** For `rollback --direct`: DATABASE_URL, else what the stack of this folder has for it. */
  readonly breakGlassUrl: string | undefined;
  /** Of the programs' database users. */
  readonly databasePasswords: Partial<Record<LoginProgram, string>>;
  /** To check the seals of an audit log that was exported, or straight at the database. */
  readonly auditKeys: AuditKeys | undefined;
  readonly home: string;
  /** Colours may be used where the output is a terminal. */
  readonly colour: boolean;
  /** A terminal that can move its cursor, and that somebody looks at. */
  readonly redraw: boolean;
  /** For what CI systems say of a build, and for the programs that a command starts. */
  readonly environment: NodeJS.ProcessEnv;
  readonly workingDirectory: string;
}

function ciOf(settings: z.output<typeof settingsSchema>): CiSettings | undefined {
  const { ACTIONS_ID_TOKEN_REQUEST_URL: requestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: requestToken } = settings;
  const { SLUICE_ID_TOKEN: token, SLUICE_OIDC_AUDIENCE: audience, SLUICE_TRUST: trust } = settings;
  if (token !== undefined) return { identity: { kind: 'given', token }, audience, trust };
  if (requestUrl === undefined || requestToken === undefined) return undefined;
  return { identity: { kind: 'github', requestUrl, requestToken }, audience, trust };
}

/** Reads the command's settings, once. Throws `usage` naming the variable that is wrong. */
export function readCliSettings(environment: NodeJS.ProcessEnv, workingDirectory: string): CliSettings {
  const settings = parseSettings('command', settingsSchema, environment);
  const home = homeDirectory(environment, workingDirectory);
  // Read when it is needed: a damaged note must not stop a break-glass rollback that is told its database.
  const stack = () => readConnections(home);
  const capable = settings.TERM !== 'dumb';
  const inCi = !['', '0', 'false'].includes(settings.CI ?? '');
  return {
    get apiUrl() {
      return settings.SLUICE_API_URL ?? stack()?.apiUrl;
    },
    token: settings.SLUICE_TOKEN,
    ci: ciOf(settings),
    get databaseUrl() {
      return settings.DATABASE_URL ?? stack()?.databaseUrl;
    },
    get breakGlassUrl() {
      const known = settings.DATABASE_URL ?? stack()?.breakGlassUrl;
      return known ?? stack()?.databaseUrl;
    },
    databasePasswords: settings.SLUICE_DATABASE_PASSWORDS,
    auditKeys: settings.SLUICE_AUDIT_KEY,
    home,
    colour: capable && settings.NO_COLOR === undefined,
    redraw: capable && !inCi,
    environment,
    workingDirectory,
  };
}
