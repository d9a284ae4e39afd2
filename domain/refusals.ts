import { SluiceError } from './errors.ts';

// What is refused at more than one place, each in one wording. The database says the first two in the same words
// (`refuse_inactive`, `lock_release`).

/** An app that serves nothing in an environment. `remedy` where its first stable revision is not what is missing. */
export function noStable(app: string, environment: string, remedy?: string): SluiceError {
  return new SluiceError('not_active', `${app} has no stable revision in ${environment}.`, {
    remedy: remedy ?? `Give it one first: sluice app create ${app} --stable.`,
    details: { code: 'app_not_active' },
  });
}

/** A release that there is not. */
export function unknownRelease(id: string, remedy = 'See: sluice release list.'): SluiceError {
  return new SluiceError('not_found', `There is no release ${id}.`, { remedy });
}

/** An app that does not exist. */
export function unknownApp(app: string): SluiceError {
  return new SluiceError('not_found', `There is no app "${app}".`, {
    remedy: `Create it first: sluice app create ${app}.`,
  });
}

/** A plan that a file does not have, with those that it has. */
export function unknownPlan(
  file: string,
  plan: string,
  plans: Readonly<Record<string, unknown>>,
): SluiceError {
  return new SluiceError('not_found', `${file} has no plan "${plan}".`, {
    remedy: `It has: ${Object.keys(plans).join(', ')}.`,
  });
}

/** A plan whose gate is asked for and that has none. */
export function nothingToEvaluate(file: string, plan: string): SluiceError {
  return new SluiceError('usage', `The plan "${plan}" of ${file} evaluates nothing.`, {
    remedy: 'Name suites under evaluate.suites, or another plan with --plan.',
  });
}

/** A command for the database, where nobody has said which. */
export function noDatabase(remedy = 'Set DATABASE_URL.'): SluiceError {
  return new SluiceError('usage', 'It is not known where the database is.', { remedy });
}
