import { deploymentOf, type Binding } from '../revision/binding.ts';
import { judgeDigest, type JudgeBinding } from './judge.ts';

/** A judge of an environment, with who it is. */
export interface NamedJudge {
  readonly name: string;
  readonly binding: JudgeBinding;
  readonly digest: string;
}

/** The judges that an environment has, by their names. */
export function judgesOf({ judges = {}, providers }: Binding): ReadonlyMap<string, NamedJudge> {
  return new Map(
    Object.entries(judges).flatMap(([name, binding]) => {
      const provider = providers[binding.provider];
      if (provider === undefined) return []; // The file of such an environment is refused.
      const bound = { kind: provider.kind, deployment: deploymentOf(provider, binding.model) };
      return [[name, { name, binding, digest: judgeDigest(binding, bound) }] as const];
    }),
  );
}
