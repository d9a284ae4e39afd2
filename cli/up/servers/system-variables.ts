/**
 * What any program may need of the machine that it runs on: where programs, temporary files and certificates are,
 * language and time zone, and how Node is to run. None of them is a secret.
 */
const names: readonly string[] = [
  ...['PATH', 'HOME', 'USER', 'LOGNAME', 'SHELL', 'TMPDIR', 'TMP', 'TEMP', 'TZ', 'LANG', 'LANGUAGE'],
  ...['LD_LIBRARY_PATH', 'SSL_CERT_FILE', 'SSL_CERT_DIR', 'NODE_EXTRA_CA_CERTS', 'NODE_OPTIONS', 'NODE_ENV'],
  ...['NODE_DISABLE_COMPILE_CACHE', 'NO_COLOR', 'FORCE_COLOR', 'TERM'],
];
const families: readonly string[] = ['LC_', 'XDG_'];

/**
 * The part of an environment that every program is started with. What else a program needs it is given by name: a shell
 * holds keys of providers, clouds and CI that are nobody's business but those that ask with them.
 */
export function systemVariables(environment: NodeJS.ProcessEnv): Record<string, string> {
  return variablesNamed(
    environment,
    (name) => names.includes(name) || families.some((start) => name.startsWith(start)),
  );
}

/** The variables that are set and whose names are asked for. */
export function variablesNamed(
  environment: NodeJS.ProcessEnv,
  isAskedFor: (name: string) => boolean,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value !== undefined && isAskedFor(name) ? [[name, value] as const] : [],
    ),
  );
}
