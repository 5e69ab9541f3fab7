/** OpenAPI 3.1 from the route table: its schemas are JSON Schema 2020-12, which zod writes itself. */
import { setImmediate as nextTurn } from 'node:timers/promises';
import { z } from 'zod';
import { problem } from '#contract/http/common.ts';
import type { Route } from './route.ts';

type Json = Record<string, unknown>;

interface Schemas {
  /** The schema with every named part replaced by a reference into `components`. */
  of(schema: z.ZodType, io: 'input' | 'output'): Json;
  readonly components: Json;
}

/** A third of a second of work in all: a turn of the event loop for each route, so that nothing else waits for it. */
export async function openApi(routes: readonly Route[]): Promise<Json> {
  const schemas = collectSchemas();
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    await nextTurn();
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [route.method]: operation(route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'houqin 后勤',
      version: '1',
      description:
        'Times are epoch ms UTC. Queries take epoch ms or ISO 8601 with offset, from ≤ t < to. Errors are RFC 9457 problem documents in English (`detail`) and Chinese (`detailZh`).',
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: schemas.components,
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer', description: 'session or API token' },
        cookie: {
          type: 'apiKey',
          in: 'cookie',
          name: 'houqin',
          description: 'session cookie; `__Host-houqin` over https',
        },
      },
    },
  };
}

function operation(route: Route, schemas: Schemas): Json {
  const body =
    route.body === undefined
      ? undefined
      : { required: true, content: { 'application/json': { schema: schemas.of(route.body, 'input') } } };
  const answers = Object.entries(route.responses).map(([status, schema]) => [
    status,
    response(status, schema, schemas),
  ]);
  return {
    operationId: operationId(route),
    summary: route.summary,
    security: route.allow === 'anyone' ? [] : [{ bearer: [] }, { cookie: [] }],
    ...(route.allow === 'anyone' ? {} : { 'x-allow': route.allow }),
    parameters: [...parameters(route.params, 'path', schemas), ...parameters(route.query, 'query', schemas)],
    ...(body === undefined ? {} : { requestBody: body }),
    responses: {
      ...Object.fromEntries(answers),
      default: {
        description: 'Problem',
        content: { 'application/problem+json': { schema: schemas.of(problem, 'output') } },
      },
    },
  };
}

function response(status: string, schema: Route['responses'][number], schemas: Schemas): Json {
  const description = status.startsWith('2') ? 'Success' : 'Same document, bad news';
  if (schema === 'none') return { description };
  if (schema === 'text') return { description, content: { 'text/plain': { schema: { type: 'string' } } } };
  return { description, content: { 'application/json': { schema: schemas.of(schema, 'output') } } };
}

function parameters(schema: z.ZodType, where: 'path' | 'query', schemas: Schemas): Json[] {
  const { properties, required } = z
    .object({ properties: z.record(z.string(), z.unknown()).default({}), required: z.array(z.string()).default([]) })
    .parse(schemas.of(schema, 'input'));
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: where,
    required: required.includes(name),
    schema: property,
  }));
}

function operationId({ method, path }: Route): string {
  const words = path
    .replace('/api/v1', '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '');
  return [method, ...words.map((word) => word[0]?.toUpperCase() + word.slice(1))].join('');
}

function collectSchemas(): Schemas {
  const components: Json = {};
  const rehome = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(rehome);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .filter(([key]) => key !== '$schema' && key !== '$defs')
        .map(([key, inner]) => [
          key,
          key === '$ref' && typeof inner === 'string'
            ? inner.replace('#/$defs/', '#/components/schemas/')
            : rehome(inner),
        ]),
    );
  };
  return {
    components,
    of: (schema, io) => {
      const json: Json = { ...z.toJSONSchema(schema, { io, unrepresentable: 'any' }) };
      for (const [name, definition] of Object.entries(json['$defs'] ?? {})) components[name] ??= rehome(definition);
      return Object.fromEntries(Object.entries(rehome(json) ?? {}));
    },
  };
}
