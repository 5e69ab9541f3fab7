/**
 * The map of the dashboard: every address, and the page that stands there. The guards' wall is another bundle, src/wall.
 *
 *   api/    HTTP: one function per question (endpoints.ts), react-query keys (queries.ts), refusals in words (error-message.ts)
 *   live/   the socket: a store of what it told (live-store.ts), the protocol (live-client.ts), hooks (use-live.ts)
 *   i18n/   the language; words lie beside their page in *.text.ts, a catalogue each, Chinese and English side by side
 *   theme/  colours and sizes (tokens.css), dark and light        lib/  figures, times and ages as text; the site's calendar
 *   ui/     what pages share: loading, empty and failed states, marks, ages          charts/  the only place of recharts
 *   shell/  the frame around the pages                            pages/  one folder per address, loaded when opened
 *
 * What a page shows, its range and its filters, stands in its address (lib/use-filters.ts): a shared link shows the same thing.
 */
import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  Outlet,
  redirect,
} from '@tanstack/react-router';
import { ApiError } from './api/http.ts';
import { meQuery, queryClient } from './api/queries.ts';
import { NotFound, RouteFailure } from './shell/route-states.tsx';
import { Shell } from './shell/shell.tsx';

/** Plain text on both sides: `?tab=all`, never JSON in quotes. */
export type Search = { [name: string]: string | undefined };

const root = createRootRoute({
  component: Outlet,
  validateSearch: (search: Search): Search => search,
  notFoundComponent: NotFound,
  errorComponent: RouteFailure,
});

const shell = createRoute({
  getParentRoute: () => root,
  id: 'shell',
  component: Shell,
  beforeLoad: async ({ location }) => {
    try {
      await queryClient.ensureQueryData(meQuery);
    } catch (error) {
      if (error instanceof ApiError && error.status === 401)
        throw redirect({ to: '/login', search: { next: location.href } });
      throw error;
    }
  },
});

const page = <const P extends string>(path: P) => ({ getParentRoute: () => shell, path });

const routeTree = root.addChildren([
  createRoute({
    getParentRoute: () => root,
    path: '/login',
    component: lazyRouteComponent(() => import('./pages/login/login-page.tsx'), 'LoginPage'),
  }),
  createRoute({
    getParentRoute: () => root,
    path: '/setup',
    component: lazyRouteComponent(() => import('./pages/setup/setup-page.tsx'), 'SetupPage'),
  }),
  shell.addChildren([
    createRoute({
      ...page('/'),
      component: lazyRouteComponent(() => import('./pages/overview/overview-page.tsx'), 'OverviewPage'),
    }),
    createRoute({
      ...page('/energy'),
      component: lazyRouteComponent(() => import('./pages/energy/energy-page.tsx'), 'EnergyPage'),
    }),
    createRoute({
      ...page('/doors'),
      component: lazyRouteComponent(() => import('./pages/doors/doors-page.tsx'), 'DoorsPage'),
    }),
    createRoute({
      ...page('/cameras'),
      component: lazyRouteComponent(() => import('./pages/cameras/cameras-page.tsx'), 'CamerasPage'),
    }),
    createRoute({
      ...page('/cameras/$cameraId'),
      component: lazyRouteComponent(() => import('./pages/cameras/camera-page.tsx'), 'CameraPage'),
    }),
    createRoute({
      ...page('/alerts'),
      component: lazyRouteComponent(() => import('./pages/alerts/alerts-page.tsx'), 'AlertsPage'),
    }),
    createRoute({
      ...page('/alerts/$incidentId'),
      component: lazyRouteComponent(() => import('./pages/alerts/incident-page.tsx'), 'IncidentPage'),
    }),
    createRoute({
      ...page('/devices'),
      component: lazyRouteComponent(() => import('./pages/devices/devices-page.tsx'), 'DevicesPage'),
    }),
    createRoute({
      ...page('/devices/quarantine'),
      component: lazyRouteComponent(() => import('./pages/devices/quarantine-page.tsx'), 'QuarantinePage'),
    }),
    createRoute({
      ...page('/devices/onboard'),
      component: lazyRouteComponent(() => import('./pages/onboarding/onboard-page.tsx'), 'OnboardPage'),
    }),
    createRoute({
      ...page('/devices/import'),
      component: lazyRouteComponent(() => import('./pages/onboarding/import-page.tsx'), 'ImportPage'),
    }),
    createRoute({
      ...page('/devices/labels'),
      component: lazyRouteComponent(() => import('./pages/devices/labels-page.tsx'), 'LabelsPage'),
    }),
    createRoute({
      ...page('/devices/$deviceId'),
      component: lazyRouteComponent(() => import('./pages/devices/device-page.tsx'), 'DevicePage'),
    }),
    createRoute({
      ...page('/rules'),
      component: lazyRouteComponent(() => import('./pages/rules/rules-page.tsx'), 'RulesPage'),
    }),
    createRoute({
      ...page('/users'),
      component: lazyRouteComponent(() => import('./pages/users/users-page.tsx'), 'UsersPage'),
    }),
  ]),
]);

export const router = createRouter({
  routeTree,
  defaultPreload: 'intent',
  scrollRestoration: true,
  parseSearch: (text) => Object.fromEntries(new URLSearchParams(text)),
  stringifySearch: (search) => {
    const given = Object.entries(search).filter(([, value]) => value !== undefined && value !== '');
    const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
    return text === '' ? '' : `?${text}`;
  },
});

/**
 * Loads the code of all pages while nothing else is to do: a page that is opened while the gateway is down must be able to say
 * so, and its own code comes from that gateway. What fails is loaded when the page is opened.
 */
export async function preloadPages(): Promise<void> {
  for (const { options } of Object.values(router.routesById)) {
    const component: unknown = options.component;
    if (!isPreloadable(component)) continue;
    await component.preload().catch(() => undefined);
  }
}

const isPreloadable = (value: unknown): value is { preload(): Promise<unknown> } =>
  typeof value === 'function' && 'preload' in value && typeof value.preload === 'function';

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
