import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { illFound, wellFound, type DoctorFinding } from '../../domain/doctor/finding.ts';

/** What can be told of the folder that the command runs in: is there a gate before anything is merged? */
export function findingsHere(workingDirectory: string): DoctorFinding[] {
  const check = 'eval gate in CI';
  const found = ciFiles(workingDirectory).find(({ text }) => /\bsluice\b[^\n]*\beval\b/.test(text));
  if (found !== undefined) return [wellFound(check, undefined, `${found.name} runs sluice eval`)];
  return [
    illFound('unknown', {
      ...{ check, says: 'no workflow of this folder runs sluice eval' },
      remedy:
        'Run this in the repository of the app, or have CI run it: sluice eval --baseline git:origin/main',
    }),
  ];
}

function ciFiles(folder: string): { readonly name: string; readonly text: string }[] {
  const workflows = namesIn(join(folder, '.github/workflows')).map((name) => `.github/workflows/${name}`);
  return ['.gitlab-ci.yml', 'action.yml', ...workflows].flatMap((name) => {
    const text = textOf(join(folder, name));
    return text === undefined ? [] : [{ name, text }];
  });
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => /\.ya?ml$/.test(name));
  } catch {
    return []; // There is none, or it is nobody's here: nothing is known then.
  }
}

function textOf(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}
