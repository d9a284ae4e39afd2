import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { Root } from './root.tsx';
import { takeTokenFromLink } from './session/token-link.ts';
import { tokenStore } from './session/token-store.ts';
import { startTheme } from './shell/theme.ts';
import './styles/tokens.css';
import './styles/base.css';

startTheme();
const tokens = tokenStore();
const linked = takeTokenFromLink(location, history);
if (linked !== undefined) tokens.keep(linked);
const place = document.getElementById('root');
if (place === null) throw new Error('index.html has no #root.');
createRoot(place).render(
  <StrictMode>
    <Root tokens={tokens} />
  </StrictMode>,
);
