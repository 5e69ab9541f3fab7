/** 接入向导: messages nobody claims, drafts tried out on them, device lists; swaps and readings that people enter. */
import { z } from 'zod';
import { profileInfo } from '#contract/http/campus.ts';
import { listOf } from '#contract/http/common.ts';
import {
  announcedResponse,
  deviceFieldsRequest,
  deviceFieldsResult,
  deviceRows,
  deviceRowsResult,
  fieldsQuery,
  fieldsResponse,
  keptFramesQuery,
  keptFramesResponse,
  manualReadingRequest,
  manualReadingResult,
  onboarded,
  onboardRequest,
  previewRequest,
  previewResponse,
  strangeTopicsResponse,
  swap,
  swapRequest,
  unreadDevicesResponse,
  unreadResponse,
} from '#contract/http/onboarding.ts';
import { ADMIN, OFFICE_READ, OFFICE_WRITE, type Principal } from './caller.ts';
import { created, fromAction, ok } from './reply.ts';
import { type Route, route } from './route.ts';

/** People who stand before the meter: what they sign is theirs, so no API token signs for them. */
const METER_READERS: readonly Principal[] = ['admin', 'office', 'maintainer'];
const SWAP_READERS: readonly Principal[] = [...OFFICE_READ, 'maintainer'];

const idParam = z.strictObject({ id: z.string().max(64) });

export const onboardingRoutes: readonly Route[] = [
  route({
    method: 'get',
    path: '/api/v1/onboarding/topics',
    summary: 'Topics whose messages lead to no device, newest first, with the newest payload',
    allow: OFFICE_READ,
    responses: { 200: strangeTopicsResponse },
    handle: (_, { deps }) => ok({ items: deps.onboarding.topics() }),
  }),
  route({
    method: 'get',
    path: '/api/v1/onboarding/frames',
    summary: 'Kept messages of a topic, newest first',
    allow: OFFICE_READ,
    query: keptFramesQuery,
    responses: { 200: keptFramesResponse },
    handle: ({ query }, { deps }) => ok({ items: deps.onboarding.frames(query.topic, query.limit) }),
  }),
  route({
    method: 'get',
    path: '/api/v1/onboarding/fields',
    summary: 'Every value of the newest message of a topic, with what it may be',
    allow: OFFICE_READ,
    query: fieldsQuery,
    responses: { 200: fieldsResponse },
    handle: async ({ query }, { deps, signal }) => fromAction(await deps.onboarding.fields(query.topic, signal), ok),
  }),
  route({
    method: 'get',
    path: '/api/v1/onboarding/devices',
    summary: 'Devices that bridges announced and devices.yaml does not have',
    allow: OFFICE_READ,
    responses: { 200: announcedResponse },
    handle: (_, { deps }) => ok({ items: deps.onboarding.announced() }),
  }),
  route({
    method: 'get',
    path: '/api/v1/onboarding/unread',
    summary: 'Registered devices whose messages have members that no rule reads',
    allow: OFFICE_READ,
    responses: { 200: unreadDevicesResponse },
    handle: (_, { deps }) => ok({ items: [...deps.onboarding.unreadDevices()] }),
  }),
  route({
    method: 'get',
    path: '/api/v1/devices/:id/unread',
    summary: 'Members of the messages of a device that no rule reads, with what each may be',
    allow: OFFICE_READ,
    params: idParam,
    responses: { 200: unreadResponse },
    handle: async ({ params }, { deps, signal }) =>
      fromAction(await deps.onboarding.unread(params.id, signal), (unread) => ok(unread)),
  }),
  route({
    method: 'post',
    path: '/api/v1/devices/:id/fields',
    summary: 'Say what members of the messages of a device are: written into devices.yaml under `fields`',
    allow: ADMIN,
    params: idParam,
    body: deviceFieldsRequest,
    responses: { 200: deviceFieldsResult },
    auditAs: 'devices',
    handle: async ({ params, body }, { deps, caller }) => {
      const reply = fromAction(await deps.onboarding.setFields(params.id, body, caller?.user.name ?? ''), ok);
      const detail = Object.keys(body.fields).join(' ').slice(0, 500);
      return reply.kind === 'failure' ? reply : { ...reply, audit: { object: params.id, detail } };
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/onboarding/preview',
    summary: 'What a draft or a loaded profile makes of the kept messages; changes nothing',
    allow: OFFICE_WRITE,
    body: previewRequest,
    responses: { 200: previewResponse },
    onlyReads: true,
    handle: async ({ body }, { deps, signal }) => fromAction(await deps.onboarding.preview(body, signal), ok),
  }),
  route({
    method: 'post',
    path: '/api/v1/onboarding',
    summary: 'Bring a device in: profile and device are written together, and its kept messages become history',
    allow: ADMIN,
    body: onboardRequest,
    responses: { 201: onboarded },
    auditAs: 'devices',
    handle: async ({ body }, { deps, caller }) => {
      const reply = fromAction(await deps.onboarding.onboard(body, caller?.user.name ?? ''), created);
      return reply.kind === 'failure' ? reply : { ...reply, audit: { object: body.device.id } };
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/onboarding/devices',
    summary: 'A device list, cells as text: checked row by row, written all or none; dryRun only checks',
    allow: ADMIN,
    body: deviceRows,
    bodyLimitBytes: 4 * 1024 * 1024,
    responses: { 200: deviceRowsResult },
    auditAs: 'devices',
    handle: async ({ body }, { deps, caller, signal }) => {
      const result = await deps.onboarding.importRows(body.rows, body.dryRun, caller?.user.name ?? '', signal);
      const reply = fromAction(result, ok);
      const detail = `rows=${body.rows.length} dryRun=${body.dryRun} added=${result.ok ? result.value.added : 0}`;
      return reply.kind === 'failure' ? reply : { ...reply, audit: { detail } };
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/profiles/:id/enable',
    summary: 'Switch a profile on again that switched itself off; its kept messages become history',
    allow: ADMIN,
    params: idParam,
    responses: { 200: profileInfo },
    auditAs: 'profiles',
    handle: async ({ params }, { deps }) => fromAction(await deps.onboarding.enableProfile(params.id), ok),
  }),
  route({
    method: 'get',
    path: '/api/v1/devices/:id/swaps',
    summary: 'Register swaps of a meter, newest first',
    allow: SWAP_READERS,
    params: idParam,
    responses: { 200: listOf(swap) },
    handle: async ({ params }, { deps }) =>
      fromAction(await deps.meterEntries.swaps(params.id), (items) => ok({ items, nextCursor: null })),
  }),
  route({
    method: 'post',
    path: '/api/v1/devices/:id/swaps',
    stores: 'readings',
    summary: 'Record that a meter was replaced: final and initial reading, two names',
    allow: METER_READERS,
    params: idParam,
    body: swapRequest,
    responses: { 201: swap },
    auditAs: 'swaps',
    handle: async ({ params, body }, { deps, caller }) => {
      const result = await deps.meterEntries.addSwap(params.id, body, caller?.user.name ?? '');
      const reply = fromAction(result, created);
      const detail = `${body.metric} ${body.finalReading} → ${body.initialReading}, ${body.doneBy} / ${body.witness}`;
      return reply.kind === 'failure' ? reply : { ...reply, audit: { object: params.id, detail } };
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/devices/:id/manual-readings',
    stores: 'readings',
    summary: 'A reading somebody took off the meter, checked against last month; stored when usual or confirmed',
    allow: METER_READERS,
    params: idParam,
    body: manualReadingRequest,
    responses: { 200: manualReadingResult },
    auditAs: 'manual-readings',
    handle: async ({ params, body }, { deps, caller }) => {
      const result = await deps.meterEntries.addReading(params.id, body, caller?.user.name ?? '');
      const reply = fromAction(result, ok);
      const outcome = result.ok ? `${result.value.check.verdict} stored=${result.value.stored}` : '';
      const detail = [`${body.metric}=${body.value}`, `at=${body.at}`, outcome, body.note ?? ''].join(' ').trim();
      return reply.kind === 'failure' ? reply : { ...reply, audit: { object: params.id, detail } };
    },
  }),
];
