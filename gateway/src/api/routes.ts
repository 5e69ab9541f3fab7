/** The one table of HTTP routes: routing, authorisation, OpenAPI and the endpoint × role test all come from it. */
import { z } from 'zod';
import { accountRoutes } from './account-routes.ts';
import { calendarRoutes } from './calendar-routes.ts';
import { campusRoutes } from './campus-routes.ts';
import { configRoutes } from './config-routes.ts';
import { credentialRoutes } from './credential-routes.ts';
import { deviceRoutes } from './device-routes.ts';
import { energyRoutes } from './energy-routes.ts';
import { historyRoutes } from './history-routes.ts';
import { incidentRoutes } from './incident-routes.ts';
import { onboardingRoutes } from './onboarding-routes.ts';
import { openApi } from './open-api.ts';
import { probeRoutes } from './probe-routes.ts';
import { ok } from './reply.ts';
import { type Route, route } from './route.ts';
import { rulesRoutes } from './rules-routes.ts';
import { sessionRoutes } from './session-routes.ts';
import { uptimeRoutes } from './uptime-routes.ts';

/** @param metrics Prometheus text of the api's own counters. */
export function routeTable(metrics: () => Promise<string>): readonly Route[] {
  const table = [
    ...probeRoutes(metrics),
    ...sessionRoutes,
    ...accountRoutes,
    ...campusRoutes,
    ...deviceRoutes,
    ...energyRoutes,
    ...uptimeRoutes,
    ...incidentRoutes,
    ...rulesRoutes,
    ...configRoutes,
    ...calendarRoutes,
    ...historyRoutes,
    ...onboardingRoutes,
    ...credentialRoutes,
  ];
  const description = route({
    method: 'get',
    path: '/api/v1/openapi.json',
    summary: 'This description',
    allow: 'anyone',
    responses: { 200: z.looseObject({ openapi: z.string() }) },
    handle: async () => {
      document ??= openApi(all);
      return ok(await document);
    },
  });
  const all = [...table, description];
  let document: ReturnType<typeof openApi> | undefined;
  return all;
}
