/** One row of the route table: where, who may, what goes in and comes out, and what it does. */
import type { z } from 'zod';
import { z as zod } from 'zod';
import type { Accounts } from './accounts.ts';
import type { ApiDeps } from './api-deps.ts';
import type { AttemptRefused } from './api-metrics.ts';
import type { Caller, Principal } from './caller.ts';
import { type FieldErrors, fieldErrors } from './field-errors.ts';
import type { Reply } from './reply.ts';

/** Everything about one request that is not its validated input. */
export interface Call {
  readonly deps: ApiDeps;
  readonly accounts: Accounts;
  readonly caller: Caller | undefined;
  /** The caller is known by a cookie, which a foreign page could make a browser send. */
  readonly byCookie: boolean;
  /** Address the request came from, after trusted proxies. */
  readonly ip: string;
  /** What the sender counts as in shares and limits. */
  readonly address: string;
  /** Host (and port) the request was sent to. */
  readonly host: string | undefined;
  readonly loopback: boolean;
  readonly secure: boolean;
  readonly ifMatch: string | undefined;
  /** Aborted when the connection goes before the answer has left. */
  readonly signal: AbortSignal;
  /** The whole `Cookie` header. */
  readonly cookie: string | undefined;
  /** Counts an attempt that was turned down unlooked at. */
  refused(why: AttemptRefused): void;
}

export interface RawInput {
  readonly params: unknown;
  readonly query: unknown;
  readonly body: unknown;
}

export type Method = 'get' | 'post' | 'put' | 'patch' | 'delete';

interface RouteHead {
  readonly method: Method;
  /** Express path, `:name` for parameters. */
  readonly path: string;
  readonly summary: string;
  /** Who may; `anyone` needs no sign-in. Whoever is not listed is refused. */
  readonly allow: readonly Principal[] | 'anyone';
  /** Answers while no administrator exists. */
  readonly beforeSetup?: boolean;
  readonly bodyLimitBytes?: number;
  /** Response schema per status; `text` for plain text, `none` for an empty body. Problems need no entry. */
  readonly responses: Readonly<Record<number, z.ZodType | 'text' | 'none'>>;
  /** What a write needs the disk for; `records` when absent. `nothing`: it works without, or says itself what does not. */
  readonly stores?: 'records' | 'readings' | 'nothing';
  /** Changes nothing although it is no GET; leaves no audit entry. */
  readonly onlyReads?: boolean;
  /** Named object of the audit entry of a write; the path when absent. */
  readonly auditAs?: string;
}

interface RouteDefinition<P, Q, B> extends RouteHead {
  readonly params?: z.ZodType<P>;
  readonly query?: z.ZodType<Q>;
  readonly body?: z.ZodType<B>;
  handle(input: { readonly params: P; readonly query: Q; readonly body: B }, call: Call): Promise<Reply> | Reply;
}

export interface Route extends RouteHead {
  readonly params: z.ZodType;
  readonly query: z.ZodType;
  readonly body: z.ZodType | undefined;
  /**
   * Parses the input, then handles it. @returns the field errors when the input does not fit.
   * @param isRead the body fits its schema already
   */
  run(input: RawInput, call: Call, isRead?: boolean): Promise<Reply | ({ readonly kind: 'invalid' } & FieldErrors)>;
}

const nothing = zod.strictObject({});

/** Makes a row of the table; the handler sees its input parsed and typed. */
export function route<P, Q, B>(definition: RouteDefinition<P, Q, B>): Route {
  const params = definition.params ?? nothing;
  const query = definition.query ?? nothing;
  const body = definition.body;
  const input = zod.object({ params, query, body: body ?? zod.undefined() });
  const inputOfRead = zod.object({ params, query, body: zod.unknown() });
  return {
    ...definition,
    params,
    query,
    body,
    run: async (raw, call, isRead = false) => {
      const parsed = await (isRead ? inputOfRead : input).safeParseAsync({
        ...raw,
        body: body === undefined ? undefined : raw.body,
      });
      if (!parsed.success) return { kind: 'invalid', ...fieldErrors(parsed.error) };
      // The three schemas are those of the definition, or absent where its type parameter is unused.
      return definition.handle(parsed.data as { params: P; query: Q; body: B }, call);
    },
  };
}
