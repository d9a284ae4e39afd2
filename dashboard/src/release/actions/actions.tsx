import { lazy, Suspense, useId, useState } from 'react';
import type { AllowedAction, ReleaseLine, ReleaseView } from '../../api/types.ts';
import { Button } from '../../parts/button.tsx';
import { actionWords } from './action-words.ts';
import styles from './actions.module.css';

const ActionDialog = lazy(() => import('./action-dialog.tsx'));

interface OfferedProps {
  readonly offered: AllowedAction;
  readonly onOpen: () => void;
}

/** What may not be done now stays in its place, and says why where one points at it or comes to it. */
function Offered({ offered: { action, allowed, blockedReason }, onOpen }: OfferedProps) {
  const id = useId();
  const { button, kind } = actionWords[action];
  if (allowed) {
    return (
      <Button kind={kind} onClick={onOpen} data-action={action}>
        {button}
      </Button>
    );
  }
  return (
    <span className={styles.blocked}>
      <Button aria-disabled="true" aria-describedby={id} data-action={action}>
        {button}
      </Button>
      <span id={id} role="tooltip" className={styles.why}>
        {blockedReason ?? 'Not possible now.'}
      </span>
    </span>
  );
}

/** What one may do with a release, as the API says: it refuses everything else. */
export function Actions({ view, row }: { readonly view: ReleaseView; readonly row: ReleaseLine }) {
  const [opened, setOpened] = useState<AllowedAction>();
  return (
    <div className={styles.actions}>
      {view.allowedActions.map((offered) => (
        <Offered
          key={offered.action}
          offered={offered}
          onOpen={() => {
            setOpened(offered);
          }}
        />
      ))}
      <Suspense>
        {opened !== undefined && (
          <ActionDialog
            offered={opened}
            seen={row}
            onClose={() => {
              setOpened(undefined);
            }}
          />
        )}
      </Suspense>
    </div>
  );
}
