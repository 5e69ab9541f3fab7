/** What a handler answers: a value for the client or a named problem; nothing of express in it. */
import { STATUS_CODES } from 'node:http';
import type { Problem } from '#contract/http/common.ts';
import type { StorageRefusal } from '../shared/storage-refusal.ts';
import type { ActionResult } from './api-deps.ts';
import type { FieldError } from './field-errors.ts';

export interface Failure {
  readonly kind: 'failure';
  readonly status: number;
  /** Named reason, last part of the problem's `type`. */
  readonly name: string;
  readonly zh: string;
  readonly en: string;
  /** At most 100. */
  readonly errors?: readonly FieldError[] | undefined;
  /** Of all; the number of those listed when absent. */
  readonly errorCount?: number | undefined;
  readonly headers?: Readonly<Record<string, string>> | undefined;
}

export interface Success {
  readonly kind: 'success';
  readonly status: number;
  /** JSON (as a value, or as its bytes), or plain text when a string; nothing for 204. */
  readonly body: unknown;
  readonly headers?: Readonly<Record<string, string | string[]>> | undefined;
  /** What the audit entry says beyond the request's path. */
  readonly audit?: { readonly object?: string; readonly detail?: string };
}

export type Reply = Success | Failure;

export function ok(body: unknown, headers?: Record<string, string>): Success {
  return { kind: 'success', status: 200, body, headers };
}

export function created(body: unknown, headers?: Record<string, string | string[]>): Success {
  return { kind: 'success', status: 201, body, headers };
}

export function noContent(headers?: Record<string, string>): Success {
  return { kind: 'success', status: 204, body: undefined, headers };
}

/** @param zh what happened and what to do, Chinese. @param en the same in English. */
export function fail(
  status: number,
  name: string,
  zh: string,
  en: string,
  more: Pick<Failure, 'errors' | 'errorCount' | 'headers'> = {},
): Failure {
  return { kind: 'failure', status, name, zh, en, ...more };
}

const ACTION_NAMES = {
  400: 'bad-request',
  404: 'not-found',
  409: 'conflict',
  422: 'refused',
  501: 'not-built',
  503: 'unavailable',
  507: 'disk-full',
} as const;

/** Answer to an action a person asked for: `success` of its value, or its own sentence. */
export function fromAction<T>(result: ActionResult<T>, success: (value: T) => Reply): Reply {
  if (result.ok) return success(result.value);
  const { errors, errorCount } = result;
  return fail(result.status, ACTION_NAMES[result.status], result.zh, result.en, { errors, errorCount });
}

const MAX_ERRORS = 100;
/** Answer to what the disk does not take. */
export function fromRefusal({ status, zh, en }: StorageRefusal): Failure {
  return fail(status, status === 507 ? 'disk-full' : 'store-unavailable', zh, en);
}

/** RFC 9457 document of a failure; `instance` carries the request id that the log has too. */
export function problemOf(failure: Failure, requestId: string): Problem {
  return {
    type: `urn:houqin:problem:${failure.name}`,
    title: STATUS_CODES[failure.status] ?? 'Error',
    status: failure.status,
    detail: failure.en,
    detailZh: failure.zh,
    instance: `urn:uuid:${requestId}`,
    ...(failure.errors === undefined
      ? {}
      : { errors: failure.errors.slice(0, MAX_ERRORS), errorCount: failure.errorCount ?? failure.errors.length }),
  };
}

/** 429 with `Retry-After`. @param zh why, ending before 请; @param en why, a whole sentence without its end. */
export function tooMany(name: string, waitMs: number, zh: string, en: string): Failure {
  const seconds = Math.max(1, Math.ceil(waitMs / 1_000));
  const minutes = Math.ceil(seconds / 60);
  const [whenZh, whenEn] = seconds < 60 ? [`${seconds} 秒`, `${seconds} s`] : [`${minutes} 分钟`, `${minutes} min`];
  return fail(429, name, `${zh}，请 ${whenZh}后再试。`, `${en}; try again in ${whenEn}.`, {
    headers: { 'retry-after': String(seconds) },
  });
}
