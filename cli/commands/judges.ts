import type { JudgeList } from '../../api/schemas/judges.ts';
import { SluiceError } from '../../domain/errors.ts';
import type { Command } from './context.ts';
import { done } from '../output/outcome.ts';
import { table } from '../output/style.ts';
import { estimateText, judgeText } from '../output/describe-judge.ts';

/** Lists the judges that were ever calibrated, each as its newest calibration shows it. */
export const judgeList: Command<object> = async (context) => {
  const list = await context.api().get<JudgeList>('/v1/judges');
  const rows = list.items.map((each) => [
    ...[each.name, each.environment, each.mayDecide ? 'decides' : 'reports'],
    ...[estimateText(each.sensitivity), estimateText(each.specificity), estimateText(each.kappa), each.at],
  ]);
  const heads = ['NAME', 'ENVIRONMENT', 'MAY', 'SENSITIVITY', 'SPECIFICITY', 'KAPPA', 'CALIBRATED'];
  const none = 'No judge was calibrated yet: sluice judge calibrate NAME LABELS.';
  return done(rows.length === 0 ? none : table([heads, ...rows]), { ...list });
};

/** Shows the judges of a name, newest first: an older one is another model, prompt or version. */
export const judgeShow: Command<{ readonly name: string }> = async (context, { name }) => {
  const list = await context.api().get<JudgeList>('/v1/judges');
  const items = list.items.filter((each) => each.name === name).sort((a, b) => (a.at < b.at ? 1 : -1));
  if (items.length === 0) {
    throw new SluiceError('not_found', `No judge "${name}" was calibrated yet.`, {
      remedy: `Label answers, and run: sluice judge calibrate ${name} LABELS.`,
    });
  }
  return done(items.map(judgeText).join('\n\n'), { items });
};
