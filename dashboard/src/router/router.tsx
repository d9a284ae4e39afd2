import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import { appSearch } from '../app/app-search.ts';
import { ReleasePage } from '../release/release-page.tsx';
import { auditSearch } from '../audit/audit-search.ts';
import { releaseSearch } from '../release/release-search.ts';
import { boardSearch } from '../releases/board-search.ts';
import { ReleasesPage } from '../releases/releases-page.tsx';
import { Shell } from '../shell/shell.tsx';
import { NotFound } from './not-found.tsx';
import { PageFault } from './page-fault.tsx';
import { parseSearch, stringifySearch } from './search-params.ts';

const rootRoute = createRootRoute({ component: Shell, notFoundComponent: NotFound });

const releasesRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/',
  validateSearch: boardSearch,
  component: ReleasesPage,
});

const releaseRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/r/$id',
  validateSearch: releaseSearch,
  component: ReleasePage,
});

const appsRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/apps',
  component: lazyRouteComponent(() => import('../app/apps-page.tsx')),
});

const appRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/apps/$app',
  validateSearch: appSearch,
  component: lazyRouteComponent(() => import('../app/app-page.tsx')),
});

const gatewaysRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/gateways',
  component: lazyRouteComponent(() => import('../gateways/gateways-page.tsx')),
});

const auditRoute = createRoute({
  getParentRoute: () => rootRoute,
  path: '/audit',
  validateSearch: auditSearch,
  component: lazyRouteComponent(() => import('../audit/audit-page.tsx')),
});

/** Every page with its link: what is open, filtered and chosen stands in it. */
export const router = createRouter({
  routeTree: rootRoute.addChildren([
    releasesRoute,
    releaseRoute,
    appsRoute,
    appRoute,
    gatewaysRoute,
    auditRoute,
  ]),
  basepath: '/ui',
  parseSearch,
  stringifySearch,
  defaultErrorComponent: PageFault,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: typeof router;
  }
}
