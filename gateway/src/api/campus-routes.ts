/** Places, devices, newest values, quarantine, profiles. */
import { z } from 'zod';
import {
  device,
  devicesQuery,
  latestQuery,
  latestResponse,
  type Place,
  place,
  profileInfo,
  quarantined,
} from '#contract/http/campus.ts';
import { listOf, pageQuery, wholeListQuery } from '#contract/http/common.ts';
import { probeState } from '#contract/http/probes.ts';
import type { ApiDeps } from './api-deps.ts';
import { OFFICE_READ, OPERATIONS } from './caller.ts';
import { BAD_CURSOR, cursorNumber, page, pageOf } from './page.ts';
import { fail, ok } from './reply.ts';
import { type Route, route } from './route.ts';

export const campusRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/places',
    summary: 'The tree of places, and which are open now',
    allow: OPERATIONS,
    query: wholeListQuery,
    responses: { 200: listOf(place) },
    handle: ({ query }, { deps }) => pageOf(places(deps), query),
  }),
  route({
    method: 'get',
    path: '/api/v1/devices',
    summary: 'Devices and their state; place includes the places below it',
    allow: OPERATIONS,
    query: devicesQuery,
    responses: { 200: listOf(device) },
    handle: ({ query }, { deps }) => {
      const under = query.place === undefined ? undefined : deps.config().registry.placesUnder(query.place);
      const items = deps.live
        .devices()
        .filter((found) => query.state === undefined || found.state === query.state)
        .filter((found) => query.kind === undefined || found.kind === query.kind)
        .filter((found) => under === undefined || under.has(found.place));
      return pageOf(items, query);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/devices/:id',
    summary: 'One device',
    allow: OPERATIONS,
    params: z.strictObject({ id: z.string().max(64) }),
    responses: { 200: device },
    handle: ({ params }, { deps }) => {
      const found = deps.live.device(params.id);
      return found === undefined
        ? fail(404, 'no-such-device', `没有设备 ${params.id}。`, `There is no device ${params.id}.`)
        : ok(found);
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/latest',
    summary: 'Newest value of every series of a device, of a place with all below it, or of everything',
    allow: OPERATIONS,
    query: latestQuery,
    responses: { 200: latestResponse },
    handle: ({ query }, { deps }) => ok({ items: deps.live.latest(query) }),
  }),
  route({
    method: 'get',
    path: '/api/v1/probes',
    summary: 'What the gateway found when it looked for devices itself',
    allow: OPERATIONS,
    query: wholeListQuery,
    responses: { 200: listOf(probeState) },
    handle: ({ query }, { deps }) => pageOf(deps.probes(), query),
  }),
  route({
    method: 'get',
    path: '/api/v1/quarantine',
    summary: 'Frames that could not be taken in, with their first bytes and the reason',
    allow: OFFICE_READ,
    query: pageQuery,
    responses: { 200: listOf(quarantined) },
    handle: async ({ query }, { deps }) => {
      const before = cursorNumber(query.cursor);
      if (before === 'bad') return BAD_CURSOR;
      const items = await deps.quarantine({ before, limit: query.limit });
      return ok(page(items, query.limit, (item) => String(item.lastAt)));
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/profiles',
    summary: 'Device profiles and what they decoded',
    allow: OFFICE_READ,
    query: wholeListQuery,
    responses: { 200: listOf(profileInfo) },
    handle: ({ query }, { deps }) => pageOf(deps.profiles(), query),
  }),
];

function places(deps: ApiDeps): Place[] {
  const { registry } = deps.config();
  const calendar = deps.calendar();
  const now = deps.clock.now();
  return registry.campus.places.map((found) => ({
    id: found.id,
    name: found.name,
    kind: found.kind,
    parent: found.parent ?? null,
    profile: registry.placeProfile(found.id) ?? null,
    areaM2: found.areaM2 ?? null,
    heads: found.heads ?? null,
    open: calendar.isOpen(found.id, now),
  }));
}
