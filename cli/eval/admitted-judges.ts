import type { JudgeList } from '../../api/schemas/judges.ts';
import type { LabelledCounts } from '../../analysis/judges/calibration.ts';
import { SluiceError } from '../../domain/errors.ts';
import { judgesOf, type NamedJudge } from '../../domain/evaluation/judges-of.ts';
import type { Binding } from '../../domain/revision/binding.ts';
import type { CommandContext } from '../commands/context.ts';

/**
 * What labels say of the judges of a binding that may decide, as the control plane knows it. Where it cannot be asked none may: what they say is
 * shown, and nothing rests on it.
 */
export async function admittedByApi(
  context: Pick<CommandContext, 'api' | 'tell'>,
  binding: Binding,
): Promise<(judge: NamedJudge) => LabelledCounts | undefined> {
  if (judgesOf(binding).size === 0) return () => undefined;
  try {
    const { items } = await context.api().get<JudgeList>('/v1/judges');
    const admitted = new Map(
      items.filter(({ mayDecide }) => mayDecide).map((state) => [state.judge, state] as const),
    );
    return ({ digest }) => admitted.get(digest);
  } catch (error) {
    if (!(error instanceof SluiceError)) throw error;
    context.tell(`judges decide nothing here, for their admission is not known: ${error.message}`);
    return () => undefined;
  }
}
