import { useState, type SyntheticEvent } from 'react';
import { createDashboardApi } from '../api/client.ts';
import type { WhoAsks } from '../api/types.ts';
import { Button } from '../parts/button.tsx';
import { whyNot } from '../words/why-not.ts';
import styles from './login-page.module.css';
import { isLoopback } from './token-link.ts';

/** Where a token is to be had, as far as this page can know. */
function WhereFrom() {
  return (
    <div className={styles.where}>
      {isLoopback(location) ? (
        <p>
          This is a stack on your own machine. <code>sluice up</code> (or <code>npm start</code>) printed an
          admin token at its first start; <code>sluice up --new-token</code> makes another. To look without
          being able to change anything:
        </p>
      ) : (
        <p>Ask an admin of this Sluice, or make one yourself where you may:</p>
      )}
      <pre>sluice token create --role viewer --name my-browser</pre>
      <p>It stays in this tab, and in others that you open beside it, until you close them.</p>
    </div>
  );
}

async function check(token: string): Promise<void> {
  await createDashboardApi(token, () => undefined).get<WhoAsks>('/v1/me');
}

export function LoginPage({ onToken }: { readonly onToken: (token: string) => void }) {
  const [fault, setFault] = useState<string>();
  const [isChecking, setChecking] = useState(false);
  const submit = async (event: SyntheticEvent<HTMLFormElement>) => {
    event.preventDefault();
    const sent = new FormData(event.currentTarget).get('token');
    const token = typeof sent === 'string' ? sent.trim() : '';
    if (token === '') {
      setFault('Paste a token first.');
      return;
    }
    setChecking(true);
    await check(token).then(
      () => {
        onToken(token);
      },
      (error: unknown) => {
        setFault(whyNot(error));
        setChecking(false);
      },
    );
  };
  return (
    <main className={styles.page}>
      <form className={styles.form} onSubmit={(event) => void submit(event)}>
        <h1>Sluice</h1>
        <label htmlFor="token">API token</label>
        <input
          id="token"
          name="token"
          type="password"
          autoComplete="off"
          spellCheck={false}
          aria-describedby={fault === undefined ? undefined : 'token-fault'}
          aria-invalid={fault !== undefined}
        />
        {fault !== undefined && (
          <p id="token-fault" role="alert" className={styles.fault}>
            ✖ {fault}
          </p>
        )}
        <Button kind="main" type="submit" disabled={isChecking}>
          {isChecking ? 'Looking it up …' : 'Log in'}
        </Button>
        <WhereFrom />
      </form>
    </main>
  );
}
