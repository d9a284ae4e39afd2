import type { AllowedAction } from '../../api/types.ts';

interface ActionWords {
  readonly button: string;
  /** As a question's title, about a release. */
  readonly title: string;
  readonly done: string;
  readonly kind: 'plain' | 'danger';
  /** It goes on over what has been shown: who does that, types what it is about. */
  readonly skipsGate: boolean;
}

export const actionWords: Readonly<Record<AllowedAction['action'], ActionWords>> = {
  pause: { button: 'Pause', title: 'Pause', done: 'Paused.', kind: 'plain', skipsGate: false },
  resume: { button: 'Resume', title: 'Resume', done: 'It goes on.', kind: 'plain', skipsGate: false },
  approve: { button: 'Approve', title: 'Approve', done: 'Approved.', kind: 'plain', skipsGate: false },
  promote: {
    button: 'Promote past the checks',
    title: 'Promote past the checks',
    done: 'The rest of the step is skipped.',
    kind: 'plain',
    skipsGate: true,
  },
  abort: { button: 'Abort', title: 'Abort', done: 'Aborted.', kind: 'danger', skipsGate: false },
  rollback: {
    button: 'Roll back',
    title: 'Roll back',
    done: 'Rolled back.',
    kind: 'danger',
    skipsGate: false,
  },
};
