/** Who asks. Roles belong to people, scopes to API tokens; the route table lists both under one name. */
import type { ROLES } from '#contract/enums.ts';
import type { User } from '#contract/http/session.ts';

export type TokenScope = 'read' | 'kiosk' | 'write';
export type Principal = (typeof ROLES)[number] | TokenScope;

export interface Caller {
  readonly via: 'session' | 'token' | 'cli';
  readonly principal: Principal;
  /** The person, or a stand-in for a token: `token:<id>`, `cli`. */
  readonly user: User;
  /** Hash of the session token or id of the API token: what a revocation names. */
  readonly credential: string;
}

/** Reads and acts on what the campus does; users, tokens and config stay with `ADMIN`. */
export const OPERATIONS: readonly Principal[] = ['admin', 'office', 'guard', 'read', 'kiosk', 'write'];
export const OFFICE_READ: readonly Principal[] = ['admin', 'office', 'read', 'write'];
export const OFFICE_WRITE: readonly Principal[] = ['admin', 'office', 'write'];
export const GUARD_WRITE: readonly Principal[] = ['admin', 'office', 'guard', 'write'];
export const ACKNOWLEDGE: readonly Principal[] = ['admin', 'office', 'guard', 'write', 'kiosk'];
/** People only: an API token that could make users or tokens would be a way around both. */
export const ADMIN: readonly Principal[] = ['admin'];

/** Roles that can be given today; the others of the wire are reserved. */
export const GIVEN_ROLES = ['admin', 'office', 'guard'] as const;
