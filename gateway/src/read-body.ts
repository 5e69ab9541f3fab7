/** Large bodies of requests are parsed and validated on another thread: a megabyte of brackets takes its time. */
import type { BodyAsked, BodyRead } from './api/api-deps.ts';
import { parseBody } from './api/parse-body.ts';
import { routeTable } from './api/routes.ts';

/** Runs on the other thread, with a route table of its own. */
export function createReadBody(): (asked: BodyAsked) => BodyRead {
  const routes = new Map(routeTable(async () => '').map((route) => [`${route.method} ${route.path}`, route]));
  return ({ route, bytes }) => {
    const schema = routes.get(route)?.body;
    if (schema === undefined) throw new Error(`no body is read for ${route}`);
    return parseBody(schema, bytes);
  };
}
