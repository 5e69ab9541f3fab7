import type { Problem } from '#contract/http/common.ts';

/** What a request may fail with. `status` 0: no answer came at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly problem: Problem | undefined;

  constructor(status: number, problem: Problem | undefined, cause?: unknown) {
    super(problem?.detail ?? (status === 0 ? 'no answer' : `HTTP ${status}`), { cause });
    this.name = 'ApiError';
    this.status = status;
    this.problem = problem;
  }
}

export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

export interface RequestOptions {
  readonly query?: Query | undefined;
  readonly body?: unknown;
  /** Sent as If-Match, for files that somebody else may have changed meanwhile. */
  readonly etag?: string | undefined;
  /** For questions that take the gateway long, such as a back-test. */
  readonly timeoutMs?: number;
}

/** An answer with the version it had, to be sent back with a change. */
export interface Tagged<T> {
  readonly body: T;
  readonly etag: string;
}

export interface Http {
  /** The body of a 2xx answer, typed by the contract; throws ApiError. */
  request<T>(method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE', path: string, options?: RequestOptions): Promise<T>;
  /** The same, with the ETag of the answer. */
  requestTagged<T>(method: 'GET' | 'PUT', path: string, options?: RequestOptions): Promise<Tagged<T>>;
}

export interface HttpOptions {
  /** A kiosk or API token; without it the session cookie speaks for the user. */
  readonly token?: string | undefined;
  readonly onUnauthorized?: (() => void) | undefined;
}

/** A gateway that hangs is to be told from one that is slow: after this long the page says so. */
const usualTimeoutMs = 20_000;

function queryString(query: Query = {}): string {
  const given = Object.entries(query).filter(([, value]) => value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return text === '' ? '' : `?${text}`;
}

function isProblem(value: unknown): value is Problem {
  return typeof value === 'object' && value !== null && 'detail' in value && 'detailZh' in value;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  if (text === '') return undefined;
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

async function send(url: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(url, init);
  } catch (error) {
    throw new ApiError(0, undefined, error);
  }
}

/** Speaks to `/api/v1` of the gateway that served the page. */
export function createHttp({ token, onUnauthorized }: HttpOptions = {}): Http {
  async function tagged<T>(method: string, path: string, options: RequestOptions = {}): Promise<Tagged<T>> {
    const { query, body, etag, timeoutMs = usualTimeoutMs } = options;
    const headers: Record<string, string> = { accept: 'application/json' };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (body !== undefined) headers['content-type'] = 'application/json';
    if (etag !== undefined) headers['if-match'] = etag;
    const response = await send(`/api/v1${path}${queryString(query)}`, {
      method,
      headers,
      credentials: 'same-origin',
      body: body === undefined ? null : JSON.stringify(body),
      signal: AbortSignal.timeout(timeoutMs),
    });
    const answer = await readJson(response);
    if (!response.ok) {
      if (response.status === 401) onUnauthorized?.();
      throw new ApiError(response.status, isProblem(answer) ? answer : undefined);
    }
    // The one place where an answer gets its type: the gateway checks its answers against the contract in its own tests.
    return { body: answer as T, etag: response.headers.get('etag') ?? '' };
  }
  return {
    requestTagged: tagged,
    request: async <T>(method: string, path: string, options?: RequestOptions) =>
      (await tagged<T>(method, path, options)).body,
  };
}
