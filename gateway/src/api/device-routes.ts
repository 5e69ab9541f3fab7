/** Devices and places as people add, change and retire them; written into devices.yaml and campus.yaml. */
import { z } from 'zod';
import {
  type DevicePatch,
  device,
  devicePatch,
  placeAdd,
  placeAdded,
  type RulesOn,
  rulesOn,
  rulesOnQuery,
} from '#contract/http/campus.ts';
import { devicesAdd, devicesAdded } from '#contract/http/config-files.ts';
import { tagsOf } from '#contract/tags.ts';
import type { DeviceSettings } from '../config/edit-device.ts';
import type { ApiDeps } from './api-deps.ts';
import { ADMIN, OFFICE_READ } from './caller.ts';
import { created, fail, fromAction, ok, type Reply } from './reply.ts';
import { type Route, route } from './route.ts';

const idParam = z.strictObject({ id: z.string().max(64) });

export const deviceRoutes: readonly Route[] = [
  route({
    method: 'post',
    path: '/api/v1/devices',
    summary: 'Add devices to devices.yaml',
    allow: ADMIN,
    body: devicesAdd,
    responses: { 201: devicesAdded },
    auditAs: 'devices',
    handle: async ({ body }, { deps, caller }) =>
      fromAction(await deps.addDevices(body.devices, caller?.user.name ?? ''), created),
  }),
  route({
    method: 'patch',
    path: '/api/v1/devices/:id',
    summary:
      'Change name, place, custodian, interval, tags or parents of a device, retire it or take it into use again',
    allow: ADMIN,
    params: idParam,
    body: devicePatch,
    responses: { 200: device },
    auditAs: 'devices',
    handle: async ({ params, body }, { deps, caller }): Promise<Reply> => {
      if (deps.live.device(params.id) === undefined) return noDevice(params.id);
      const today = deps.calendar().dateOf(deps.clock.now());
      const edit = { id: params.id, change: settings(body.change, today), was: settings(body.was, today) };
      const reply = fromAction(await deps.editDevice(edit, caller?.user.name ?? ''), () => {
        const found = deps.live.device(params.id);
        return found === undefined ? noDevice(params.id) : ok(found);
      });
      const detail = JSON.stringify(body.change);
      return reply.kind === 'failure' ? reply : { ...reply, audit: { object: params.id, detail } };
    },
  }),
  route({
    method: 'post',
    path: '/api/v1/places',
    summary: 'Add a place to campus.yaml',
    allow: ADMIN,
    body: placeAdd,
    responses: { 201: placeAdded },
    auditAs: 'places',
    handle: async ({ body }, { deps, caller }) => {
      const added = await deps.addPlace(body, caller?.user.name ?? '');
      const reply = fromAction(added, () => created({ id: body.id }));
      const detail = [body.name.zh, body.kind, body.parent ?? ''].join(' ').trim();
      return reply.kind === 'failure' ? reply : { ...reply, audit: { object: body.id, detail } };
    },
  }),
  route({
    method: 'get',
    path: '/api/v1/rules/watching',
    summary: 'Which rules in force look at a device of this kind, place and tags, and which would with a tag more',
    allow: OFFICE_READ,
    query: rulesOnQuery,
    responses: { 200: rulesOn },
    handle: ({ query }, { deps }) => ok(rulesWatching(deps, query)),
  }),
];

function noDevice(id: string): Reply {
  return fail(404, 'no-such-device', `没有设备 ${id}。`, `There is no device ${id}.`);
}

function settings({ retired, ...rest }: DevicePatch['change'], today: string): Partial<DeviceSettings> {
  const said = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
  return { ...said, ...(retired === undefined ? {} : { retired: retired ? today : null }) };
}

function rulesWatching(
  deps: Pick<ApiDeps, 'config'>,
  { kind, place, device: id = '', tags }: z.output<typeof rulesOnQuery>,
): RulesOn {
  const { registry, rules } = deps.config();
  const own = tagsOf(tags.split(',').map((tag) => tag.trim()));
  const items = rules.rules
    .filter(({ enabled }) => enabled)
    .flatMap(({ id: rule, name, select }) => {
      const wanted = select.tags ?? [];
      const selects = (having: readonly string[]): boolean =>
        registry.selects(select, { id, kind, place, tags: [...having] });
      if (!selects([...own, ...wanted])) return [];
      const missingTags = wanted.filter((tag) => !own.includes(tag));
      return [{ id: rule, name, watches: missingTags.length === 0, missingTags }];
    });
  return { items };
}
