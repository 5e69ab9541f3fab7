import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { onSessionEnd } from './api/api.ts';
import { queryClient } from './api/queries.ts';
import { mount } from './mount.tsx';
import { preloadPages, router } from './routes.tsx';
import './theme/base.css';
import { loadWebFont } from './theme/load-web-font.ts';
import { followSystemTheme } from './theme/theme.ts';

onSessionEnd(() => {
  const { pathname, href } = router.state.location;
  if (pathname === '/login' || pathname === '/setup') return;
  queryClient.clear();
  router.navigate({ to: '/login', search: { next: href } }).catch(() => undefined);
});

const preloadAfterMs = 2_000;

followSystemTheme();
mount(
  <QueryClientProvider client={queryClient}>
    <RouterProvider router={router} />
  </QueryClientProvider>,
);
loadWebFont();
// After the page that was asked for has its own data.
setTimeout(() => void preloadPages(), preloadAfterMs);
