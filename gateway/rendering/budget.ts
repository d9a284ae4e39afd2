import { SluiceError } from '../../domain/errors.ts';

/** What one rendering may do: turns of loops and values printed, and characters of these. */
const limits = { steps: 20_000, characters: 16 * 1024 * 1024 };

/** Counts the work of one rendering, in steps and characters and not in time, so that it ends alike everywhere. */
export interface Budget {
  /** Throws `rendering_failed` where it is used up. */
  spend(characters: number): void;
}

export function createBudget(): Budget {
  const spent = { steps: 0, characters: 0 };
  return {
    spend(characters) {
      spent.steps += 1;
      spent.characters += characters;
      if (spent.steps <= limits.steps && spent.characters <= limits.characters) return;
      const excess =
        spent.steps > limits.steps ? `${limits.steps} turns and values` : `${limits.characters} characters`;
      throw new SluiceError('rendering_failed', `The prompt's loops come to more than ${excess}.`, {
        remedy: 'Send shorter lists, or loop over one list and not within another.',
      });
    },
  };
}
