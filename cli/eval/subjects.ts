import { revisionDigest } from '../../domain/digest.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { EvaluateSettings } from '../../domain/plan.ts';
import type { Revision, RevisionContent } from '../../domain/revision.ts';
import type { PublishedSuite } from '../../domain/suite.ts';
import { packRelease, type Packed } from '../spec/pack.ts';
import type { CliSettings } from '../settings.ts';

/** What is evaluated, against what, and by what. */
export interface Subjects {
  app: string;
  candidate: Revision;
  /** Undefined where there is nothing to compare with. */
  baseline: Revision | undefined;
  suites: PublishedSuite[];
  gate: EvaluateSettings;
}

export interface SubjectOptions {
  file: string;
  baseline?: string;
  plan: string;
  label?: string;
}

/** Packs the spec and the baseline. Throws what packing throws, and `usage` where there is nothing to evaluate. */
export async function readSubjects(options: SubjectOptions, settings: CliSettings): Promise<Subjects> {
  const { file, label, baseline } = options;
  const packed = await packRelease({ file, label, allowDirty: true, settings });
  const stable =
    baseline === undefined ? undefined : await packRelease({ file: baseline, allowDirty: true, settings });
  const candidate = revisionOf(packed, packed.label);
  return {
    app: packed.app,
    candidate,
    baseline: stable === undefined ? undefined : baselineOf(stable, candidate),
    ...gateOf(packed, options),
  };
}

function revisionOf({ app, content }: { app: string; content: RevisionContent }, label: string): Revision {
  return { app, label, content, digest: revisionDigest(content) };
}

function baselineOf(packed: Packed, candidate: Revision): Revision {
  if (packed.app !== candidate.app) {
    throw new SluiceError('usage', `The baseline is of the app "${packed.app}", not "${candidate.app}".`, {
      remedy: 'Compare two revisions of one app.',
    });
  }
  // Two files of one commit have one label, unless they write one.
  const label = packed.label === candidate.label ? `${packed.label}-baseline` : packed.label;
  return revisionOf(packed, label);
}

function gateOf(packed: Packed, { file, plan: name }: SubjectOptions): Pick<Subjects, 'suites' | 'gate'> {
  const plan = packed.plans[name];
  if (plan === undefined) {
    throw new SluiceError('not_found', `${file} has no plan "${name}".`, {
      remedy: `It has: ${Object.keys(packed.plans).join(', ')}.`,
    });
  }
  const { evaluate } = plan;
  if (evaluate === 'skip' || packed.suites.length === 0) {
    throw new SluiceError('usage', `The plan "${name}" of ${file} evaluates nothing.`, {
      remedy: 'Name suites under evaluate.suites, or another plan with --plan.',
    });
  }
  const suites = packed.suites.filter((suite) => evaluate.suites?.includes(suite.name) ?? true);
  return { suites, gate: evaluate };
}
