import { AlertDialog } from '@base-ui/react/alert-dialog';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiProblem, newKey } from '../../api/client.ts';
import { releaseQuery } from '../../api/queries.ts';
import type { AllowedAction, ReleaseLine, ReleaseView } from '../../api/types.ts';
import { Button } from '../../parts/button.tsx';
import modal from '../../parts/modal.module.css';
import { useSession } from '../../session/session-context.ts';
import { whyNot } from '../../words/why-not.ts';
import styles from './action-dialog.module.css';
import { ActionForm } from './action-form.tsx';
import { actionWords } from './action-words.ts';

interface ActionDialogProps {
  readonly offered: AllowedAction;
  /** The release as whoever decides has seen it. */
  readonly seen: ReleaseLine;
  readonly onClose: () => void;
}

/** Sends a decision once, and reads what became of the release, whatever the answer. */
function useDecision({ offered, seen }: Pick<ActionDialogProps, 'offered' | 'seen'>) {
  const { api } = useSession();
  const client = useQueryClient();
  const [key] = useState(newKey);
  return useMutation({
    mutationFn: (reason: string) => {
      const { path, body } = offered.request;
      return api.post<unknown>(path, { ...body, ...(reason === '' ? {} : { reason }) }, key);
    },
    retry: false,
    onSettled: () => client.invalidateQueries({ queryKey: releaseQuery(api, seen.id).queryKey.slice(0, 2) }),
  });
}

/** What has moved since: nothing is sent again by itself. */
function Moved({ seen, error }: { readonly seen: ReleaseLine; readonly error: ApiProblem }) {
  const { api } = useSession();
  const now = useQueryClient().getQueryData<ReleaseView>(releaseQuery(api, seen.id).queryKey)?.row;
  const line = (row: ReleaseLine) =>
    `${row.word}, ${row.stage ?? 'no stage'} at ${row.audience === undefined ? `${row.weight.set} %` : `${row.audience.set} % of its audience`}`;
  return (
    <div role="alert" className={styles.fault}>
      <p>
        <strong>! It has moved since you looked; nothing was done.</strong> {whyNot(error)}
      </p>
      <p>You saw: {line(seen)}.</p>
      {now !== undefined && <p>Now: {line(now)}.</p>}
      <p>Close this, look at it again, and decide anew.</p>
    </div>
  );
}

function Fault({ seen, error }: { readonly seen: ReleaseLine; readonly error: Error }) {
  if (error instanceof ApiProblem && error.status === 409) return <Moved seen={seen} error={error} />;
  return (
    <p role="alert" className={styles.fault}>
      ✖ {whyNot(error)}
    </p>
  );
}

/** Asks before something is done: what it would do, in numbers, and why somebody does it. */
export default function ActionDialog({ offered, seen, onClose }: ActionDialogProps) {
  const words = actionWords[offered.action];
  const decision = useDecision({ offered, seen });
  const isOver =
    decision.isSuccess || (decision.error instanceof ApiProblem && decision.error.status === 409);
  return (
    <AlertDialog.Root
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
    >
      <AlertDialog.Portal>
        <AlertDialog.Backdrop className={modal.backdrop} />
        <AlertDialog.Popup className={modal.popup}>
          <AlertDialog.Title className={modal.title}>
            {words.title}: {seen.app} {seen.label}?
          </AlertDialog.Title>
          <AlertDialog.Description className={styles.effect}>{offered.effect}</AlertDialog.Description>
          {decision.error !== null && <Fault seen={seen} error={decision.error} />}
          {decision.isSuccess && <p role="status">✔ {words.done}</p>}
          {isOver ? (
            <div>
              <Button onClick={onClose}>Close</Button>
            </div>
          ) : (
            <ActionForm
              offered={offered}
              app={seen.app}
              isSending={decision.isPending}
              onDecide={(reason) => {
                decision.mutate(reason);
              }}
              onClose={onClose}
            />
          )}
        </AlertDialog.Popup>
      </AlertDialog.Portal>
    </AlertDialog.Root>
  );
}
