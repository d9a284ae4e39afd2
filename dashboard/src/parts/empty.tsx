import { useState, type ReactNode } from 'react';
import { Button } from './button.tsx';
import styles from './empty.module.css';

/** A command that can be copied where the browser lets a page do that: over https, and on this machine. */
function CopyCommand({ command }: { readonly command: string }) {
  const [isCopied, setCopied] = useState(false);
  return (
    <p className={styles.command}>
      <code>{command}</code>
      {window.isSecureContext && (
        <Button
          onClick={() => {
            void navigator.clipboard.writeText(command).then(() => {
              setCopied(true);
            });
          }}
        >
          {isCopied ? 'Copied' : 'Copy'}
        </Button>
      )}
    </p>
  );
}

/** There is nothing here, and what would change that. */
export function Empty({ children, command }: { readonly children: ReactNode; readonly command?: string }) {
  return (
    <div className={styles.empty}>
      <p>{children}</p>
      {command !== undefined && <CopyCommand command={command} />}
    </div>
  );
}
