import { useQuery } from '@tanstack/react-query';
import { Link, Outlet, useNavigate } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useState } from 'react';
import { callerQuery } from '../api/queries.ts';
import { Button } from '../parts/button.tsx';
import { useSession } from '../session/session-context.ts';
import { LiveBadge, StaleBar } from './live-badge.tsx';
import styles from './shell.module.css';
import type { Shortcut } from './shortcuts.ts';
import { chooseTheme, themes, useTheme, type Theme } from './theme.ts';
import { moveRow, moveTab, pressKey, useShortcuts } from './use-shortcuts.ts';

const HelpDialog = lazy(() => import('./help-dialog.tsx'));
const SearchDialog = lazy(() => import('./search-dialog.tsx'));

function ThemeSwitch() {
  const theme = useTheme();
  return (
    <select
      aria-label="Theme"
      className={styles.theme}
      value={theme}
      onChange={({ target }) => {
        chooseTheme(target.value as Theme);
      }}
    >
      {themes.map((name) => (
        <option key={name} value={name}>
          {name}
        </option>
      ))}
    </select>
  );
}

function Who() {
  const { api, signOut } = useSession();
  const { data } = useQuery(callerQuery(api));
  return (
    <>
      {data !== undefined && (
        <span className={styles.who}>
          {data.name} · {data.role}
        </span>
      )}
      <Button onClick={signOut}>Log out</Button>
    </>
  );
}

type Opened = 'help' | 'search' | undefined;

/** What keys do on every page. */
function useKeys(open: (opened: Opened) => void): void {
  const navigate = useNavigate();
  const onShortcut = useCallback(
    (shortcut: Shortcut) => {
      const acts: Readonly<Record<Shortcut, () => void>> = {
        search: () => {
          open('search');
        },
        help: () => {
          open('help');
        },
        filter: () => {
          pressKey('/');
        },
        'next row': () => {
          moveRow(1);
        },
        'previous row': () => {
          moveRow(-1);
        },
        'next tab': () => {
          moveTab(1);
        },
        'previous tab': () => {
          moveTab(-1);
        },
        releases: () => void navigate({ to: '/' }),
        apps: () => void navigate({ to: '/apps' }),
        gateways: () => void navigate({ to: '/gateways' }),
        audit: () => void navigate({ to: '/audit' }),
        explanation: () => {
          pressKey('e');
        },
        table: () => {
          pressKey('t');
        },
      };
      acts[shortcut]();
    },
    [navigate, open],
  );
  useShortcuts(onShortcut);
}

/** What is around every page: where one can go, how fresh it all is, and who one is. */
export function Shell() {
  const [opened, setOpened] = useState<Opened>();
  const close = () => {
    setOpened(undefined);
  };
  useKeys(setOpened);
  return (
    <>
      <a href="#page" className={styles.skip}>
        Skip to the page
      </a>
      <header className={styles.bar}>
        <Link to="/" className={styles.name}>
          Sluice
        </Link>
        <nav aria-label="Pages" className={styles.pages}>
          <Link to="/">Releases</Link>
          <Link to="/apps">Apps</Link>
          <Link to="/gateways">Gateways</Link>
          <Link to="/audit">Audit</Link>
        </nav>
        <Button
          onClick={() => {
            setOpened('search');
          }}
        >
          Search <kbd>⌘K</kbd>
        </Button>
        <span className={styles.space} />
        <LiveBadge />
        <span className={styles.muted}>UTC</span>
        <ThemeSwitch />
        <Who />
        <Button
          aria-label="Keyboard help"
          onClick={() => {
            setOpened('help');
          }}
        >
          ?
        </Button>
      </header>
      <StaleBar />
      <main id="page" tabIndex={-1} className={styles.page}>
        <Outlet />
      </main>
      <Suspense>
        {opened === 'help' && <HelpDialog onClose={close} />}
        {opened === 'search' && <SearchDialog onClose={close} />}
      </Suspense>
    </>
  );
}
