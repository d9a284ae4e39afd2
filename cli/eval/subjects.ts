import { revisionDigest } from '../../domain/revision/digest.ts';
import { nothingToEvaluate, unknownPlan } from '../../domain/refusals.ts';
import type { EvaluateSettings } from '../../domain/release/plan.ts';
import type { Revision } from '../../domain/revision/revision.ts';
import type { PublishedSuite } from '../../domain/evaluation/suite.ts';
import type { CommandContext } from '../commands/context.ts';
import { packRelease, type Packed } from '../pack/pack.ts';
import { askingWarningsOf } from '../pack/warnings.ts';
import { parseBaseline, readBaseline } from './baseline.ts';

/** What is evaluated, against what, and by what. */
export interface Subjects {
  readonly app: string;
  readonly candidate: Revision;
  /** Undefined where there is nothing to compare with. */
  readonly baseline: Revision | undefined;
  readonly suites: PublishedSuite[];
  readonly gate: EvaluateSettings;
  /** Where cases and prompts stand. */
  readonly packed: Pick<Packed, 'places' | 'promptFiles'>;
}

export interface SubjectOptions {
  readonly file: string;
  /** `git:REF`, `git:REF:PATH`, `production`, or the path of another sluice.yaml. */
  readonly baseline?: string;
  /** Measure the candidate alone where there is nothing to compare with. */
  readonly baselineOptional?: boolean;
  readonly plan: string;
  readonly label?: string;
  /** In CI: take files that git does not track. */
  readonly allowDirty?: boolean;
}

/** Packs the spec, and finds the baseline. Throws what these throw, and `usage` where there is nothing to evaluate. */
export async function readSubjects(
  options: SubjectOptions,
  context: Pick<CommandContext, 'settings' | 'api' | 'tell'>,
): Promise<Subjects> {
  const { file, label, baseline } = options;
  const source = baseline === undefined ? undefined : parseBaseline(baseline);
  const packed = await packRelease({
    ...{ file, label, settings: context.settings },
    ...{ allowDirty: true, allowUntracked: options.allowDirty ?? false },
  });
  for (const warning of askingWarningsOf(packed)) context.tell(`warning: ${warning}`);
  const { app, content } = packed;
  const candidate = { app, label: packed.label, content, digest: revisionDigest(content) };
  const gate = gateOf(packed, options);
  const parts = { context, candidate, file, optional: options.baselineOptional ?? false };
  const stable = source === undefined ? undefined : await readBaseline(source, parts);
  return { app, candidate, baseline: stable, ...gate, packed };
}

function gateOf(packed: Packed, { file, plan: name }: SubjectOptions): Pick<Subjects, 'suites' | 'gate'> {
  const plan = packed.plans[name];
  if (plan === undefined) throw unknownPlan(file, name, packed.plans);
  const { evaluate } = plan;
  if (evaluate === 'skip' || packed.suites.length === 0) {
    throw nothingToEvaluate(file, name);
  }
  const suites = packed.suites.filter((suite) => evaluate.suites?.includes(suite.name) ?? true);
  return { suites, gate: evaluate };
}
