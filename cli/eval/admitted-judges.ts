import type { JudgeList } from '../../api/schemas/judges.ts';
import { SluiceError } from '../../domain/errors.ts';
import { judgesOf, type NamedJudge } from '../../domain/evaluation/judges-of.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import type { CommandContext } from '../commands/context.ts';

/**
 * Which judges of a binding may decide, as the control plane knows it. Where it cannot be asked none may: what they say is
 * shown, and nothing rests on it.
 */
export async function admittedByApi(
  context: Pick<CommandContext, 'api' | 'tell'>,
  binding: Binding,
): Promise<(judge: NamedJudge) => boolean> {
  if (judgesOf(binding).size === 0) return () => false;
  try {
    const { items } = await context.api().get<JudgeList>('/v1/judges');
    const admitted = new Set(items.filter(({ mayDecide }) => mayDecide).map(({ judge }) => judge));
    return ({ digest }) => admitted.has(digest);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    context.tell(`judges decide nothing here, for their admission is not known: ${error.message}`);
    return () => false;
  }
}
