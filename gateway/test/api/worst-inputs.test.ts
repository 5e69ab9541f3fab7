/** A new endpoint needs a worst input: `npm run chaos -- requests` sends each of them to a gateway. */
import { expect, test } from 'vitest';
import { routeTable } from '../../src/api/routes.ts';
import { worstInputs } from '../chaos/worst-inputs.ts';

const target = {
  ...{
    device: 'd',
    meter: 'm',
    place: 'p',
    incident: 'i',
    alert: 'a',
    strangeTopic: 't',
    devices: '',
    watchers: 1,
    from: 0,
    to: 1,
  },
};
const inputs = worstInputs(target);
const routes = routeTable(async () => '');
const named = ({ method, path }: (typeof routes)[number]): string => `${method.toUpperCase()} ${path}`;

test('every endpoint of the route table has a worst input, and there is none besides', () => {
  expect(Object.keys(inputs).toSorted()).toEqual(routes.map(named).toSorted());
  for (const list of Object.values(inputs)) expect(list).not.toHaveLength(0);
});

test('a route that takes a body is sent bodies as large as it takes', () => {
  for (const route of routes.filter(({ body }) => body !== undefined)) {
    const sizes = (inputs[named(route)] ?? []).map(({ body }) => (typeof body === 'string' ? body.length : 0));
    expect(Math.max(...sizes), named(route)).toBeGreaterThan(0.9 * (route.bodyLimitBytes ?? 64 * 1_024));
  }
});
