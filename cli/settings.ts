import { z } from 'zod';
import { SluiceError } from '../domain/errors.ts';
import type { CiSettings } from './http/ci-token.ts';
import { homeDirectory, readConnections } from './up/home.ts';

/** CI systems set variables that they have no value for to the empty text. */
const text = z
  .string()
  .optional()
  .transform((value) => (value === '' ? undefined : value));
const url = text.pipe(z.url('is no URL').optional());

export const settingsSchema = z.object({
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
  NO_COLOR: text,
  TERM: text,
});

/** What the command takes from its environment. */
export interface CliSettings {
  /** From SLUICE_API_URL, else from the stack that was started in this folder. */
  readonly apiUrl: string | undefined;
  token: string | undefined;
  /** What a run of CI has to show where there is no token. */
  ci?: CiSettings | undefined;
  /** For break-glass: DATABASE_URL, else the stack of this folder. */
  readonly databaseUrl: string | undefined;
  home: string;
  /** Colours may be used where the output is a terminal. */
  colour: boolean;
  /** A terminal that can move its cursor. */
  redraw: boolean;
  /** For what CI systems say of a build, and for the programs that a command starts. */
  environment: NodeJS.ProcessEnv;
  workingDirectory: string;
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
  const parsed = settingsSchema.safeParse(environment);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new SluiceError('usage', `${String(issue?.path[0])} ${issue?.message ?? 'is wrong'}.`, {
      remedy: 'Set it to a whole URL, such as http://127.0.0.1:7400, or unset it.',
    });
  }
  const settings = parsed.data;
  const home = homeDirectory(environment, workingDirectory);
  // Read when it is needed: a damaged note must not stop a break-glass rollback that is told its database.
  const stack = () => readConnections(home);
  const capable = settings.TERM !== 'dumb';
  return {
    get apiUrl() {
      return settings.SLUICE_API_URL ?? stack()?.apiUrl;
    },
    token: settings.SLUICE_TOKEN,
    ci: ciOf(settings),
    get databaseUrl() {
      return settings.DATABASE_URL ?? stack()?.databaseUrl;
    },
    home,
    colour: capable && settings.NO_COLOR === undefined,
    redraw: capable,
    environment,
    workingDirectory,
  };
}
