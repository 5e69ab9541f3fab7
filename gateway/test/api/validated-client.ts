/**
 * Talks to a running gateway and holds every response against the OpenAPI document that this gateway serves:
 * a status that is not described, a content type or a body that does not fit, fails the test.
 */
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { z } from 'zod';

const documentShape = z.looseObject({
  openapi: z.string(),
  paths: z.record(
    z.string(),
    z.record(
      z.string(),
      z.looseObject({
        responses: z.record(
          z.string(),
          z.looseObject({ content: z.record(z.string(), z.looseObject({ schema: z.unknown() })).optional() }),
        ),
      }),
    ),
  ),
  components: z.looseObject({ schemas: z.record(z.string(), z.unknown()) }),
});
export type OpenApiDocument = z.output<typeof documentShape>;

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  /** Parsed JSON, or the text. */
  readonly body: unknown;
}

export interface Asked {
  readonly body?: unknown;
  /** Sent as it is, instead of `body`. */
  readonly raw?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface ValidatedClient {
  readonly document: OpenApiDocument;
  request(method: string, path: string, asked?: Asked): Promise<Answer>;
  /** The same client, signed in with a bearer token. */
  as(token: string): ValidatedClient;
}

/** @param url of the gateway. The document is fetched from it, so an administrator has to exist. */
export async function validatedClient(url: string): Promise<ValidatedClient> {
  const document = documentShape.parse(await (await fetch(`${url}/api/v1/openapi.json`)).json());
  const validate = responseValidator(document);
  const withHeaders = (fixed: Readonly<Record<string, string>>): ValidatedClient => ({
    document,
    as: (token) => withHeaders({ ...fixed, authorization: `Bearer ${token}` }),
    request: async (method, path, asked = {}) => {
      const payload = asked.raw ?? (asked.body === undefined ? undefined : JSON.stringify(asked.body));
      const response = await fetch(`${url}${path}`, {
        method,
        redirect: 'manual',
        headers: {
          ...(payload === undefined ? {} : { 'content-type': 'application/json' }),
          ...fixed,
          ...asked.headers,
        },
        ...(payload === undefined ? {} : { body: payload }),
      });
      const answer = await read(response);
      validate(method, path.split('?')[0] ?? path, answer);
      return answer;
    },
  });
  return withHeaders({});
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text();
  const isJson = /\bjson\b/.test(response.headers.get('content-type') ?? '');
  return { status: response.status, headers: response.headers, body: isJson && text !== '' ? JSON.parse(text) : text };
}

/** @returns a check that throws with the reason when a response is not as described. Paths without a description are held against Problem. */
function responseValidator(document: OpenApiDocument): (method: string, path: string, answer: Answer) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema({ $id: 'openapi', components: document.components });
  const compiled = new Map<string, ValidateFunction>();
  const templates = Object.keys(document.paths).map((template) => ({
    template,
    pattern: new RegExp(`^${template.replaceAll(/\{\w+\}/g, '[^/]+')}$`),
  }));

  return (method, path, { status, headers, body }) => {
    const where = `${method} ${path} → ${status}`;
    const template = templates.find(({ pattern }) => pattern.test(path))?.template;
    const operation = template === undefined ? undefined : document.paths[template]?.[method.toLowerCase()];
    const described = operation?.responses[String(status)] ?? operation?.responses['default'];
    if (operation !== undefined && described === undefined) throw new Error(`${where}: status is not described`);
    const type = (headers.get('content-type') ?? '').split(';')[0] ?? '';
    if (operation === undefined && status < 400) return;
    const content =
      described?.content ??
      (operation === undefined
        ? { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } }
        : undefined);
    if (content === undefined) {
      if (body !== '') throw new Error(`${where}: an empty body is described`);
      return;
    }
    const schema = content[type]?.schema;
    if (schema === undefined) throw new Error(`${where}: content type ${type} is not described`);
    const key = JSON.stringify(schema);
    const check =
      compiled.get(key) ?? ajv.compile(JSON.parse(key.replaceAll('"#/components/', '"openapi#/components/')));
    compiled.set(key, check);
    if (!check(body))
      throw new Error(`${where}: ${ajv.errorsText(check.errors)}\n${JSON.stringify(body).slice(0, 500)}`);
  };
}
