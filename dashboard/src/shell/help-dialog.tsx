import { useState } from 'react';
import { Modal } from '../parts/modal.tsx';
import styles from './help-dialog.module.css';
import { shortcutHelp } from './shortcuts.ts';
import { singleKeysOn, turnSingleKeys } from './single-keys.ts';

export default function HelpDialog({ onClose }: { readonly onClose: () => void }) {
  const [isOn, setOn] = useState(singleKeysOn);
  return (
    <Modal title="Keyboard" onClose={onClose}>
      <table className={styles.keys}>
        <tbody>
          {shortcutHelp.map(([keys, does]) => (
            <tr key={keys}>
              <th scope="row">
                <kbd>{keys}</kbd>
              </th>
              <td>{does}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <p>No key changes anything: what acts is a button, with a question first.</p>
      <label className={styles.switch}>
        <input
          type="checkbox"
          checked={isOn}
          onChange={({ target }) => {
            turnSingleKeys(target.checked);
            setOn(target.checked);
          }}
        />
        Keys without ⌘ or Ctrl do something
      </label>
    </Modal>
  );
}
