import { useId, useState } from 'react';
import type { AllowedAction } from '../../api/types.ts';
import { Button } from '../../parts/button.tsx';
import styles from './action-dialog.module.css';
import { actionWords } from './action-words.ts';

interface ActionFormProps {
  readonly offered: AllowedAction;
  readonly app: string;
  readonly isSending: boolean;
  readonly onDecide: (reason: string) => void;
  readonly onClose: () => void;
}

interface FieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
}

function Reason({ label, value, onChange }: FieldProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        rows={2}
        value={value}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      />
    </>
  );
}

function Typed({ label, value, onChange }: FieldProps) {
  const id = useId();
  return (
    <>
      <label htmlFor={id}>{label}</label>
      <input
        id={id}
        autoComplete="off"
        spellCheck={false}
        value={value}
        onChange={({ target }) => {
          onChange(target.value);
        }}
      />
    </>
  );
}

/** The reason, the app's name where a gate is skipped, and the press. */
export function ActionForm({ offered, app, isSending, onDecide, onClose }: ActionFormProps) {
  const { button, kind, skipsGate } = actionWords[offered.action];
  const [reason, setReason] = useState('');
  const [typed, setTyped] = useState('');
  const lacksReason = offered.reasonNeeded && reason.trim() === '';
  const lacksName = skipsGate && typed !== app;
  return (
    <form
      className={styles.form}
      onSubmit={(event) => {
        event.preventDefault();
        if (!lacksReason && !lacksName) onDecide(reason.trim());
      }}
    >
      <Reason label={offered.reasonNeeded ? 'Why? (needed)' : 'Why?'} value={reason} onChange={setReason} />
      {skipsGate && (
        <Typed label={`It skips what has to be shown: type ${app}`} value={typed} onChange={setTyped} />
      )}
      <div className={styles.buttons}>
        <Button onClick={onClose}>Cancel</Button>
        <Button
          type="submit"
          kind={kind === 'danger' ? 'danger' : 'main'}
          disabled={isSending || lacksReason || lacksName}
        >
          {isSending ? 'Sending …' : button}
        </Button>
      </div>
    </form>
  );
}
