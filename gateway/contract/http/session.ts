/** Sign-in, users, tokens, audit, first set-up. */
import { z } from 'zod';
import { ROLES } from '../enums.ts';
import { epochMs, textPair } from './common.ts';

const role = z.enum(ROLES);
export const userName = z.string().trim().min(1).max(64);
/** At least 10 characters: length beats composition rules. */
export const password = z.string().min(10).max(256);

export const user = z
  .strictObject({ id: z.string(), name: z.string(), role, createdAt: epochMs, disabled: z.boolean() })
  .meta({ id: 'User' });
export const sessionRequest = z.strictObject({ name: userName, password: z.string().min(1).max(256) });
/** `notice`: what the person should know about this sign-in, such as that it ends with a restart. */
export const sessionResponse = z
  .strictObject({ user, token: z.string(), notice: textPair.optional() })
  .meta({ id: 'Session' });
/** `scope` is null for people; an API token acts with the user's role, narrowed to its scope. */
export const me = z
  .strictObject({
    user,
    scope: z.enum(['read', 'kiosk', 'write']).nullable(),
    demo: z.boolean(),
    site: z.string(),
    timeZone: z.string(),
    serverTime: epochMs,
  })
  .meta({ id: 'Me' });
export const setupRequest = z.strictObject({ token: z.string().min(1).max(128), name: userName, password });
export const userCreate = z.strictObject({ name: userName, password, role });
export const userPatch = z.strictObject({
  role: role.optional(),
  password: password.optional(),
  disabled: z.boolean().optional(),
});

/** `kiosk` may read and acknowledge, nothing else: for the wall. */
export const tokenScope = z.enum(['read', 'kiosk', 'write']);
export const apiToken = z
  .strictObject({
    id: z.string(),
    name: z.string(),
    scope: tokenScope,
    createdBy: z.string(),
    createdAt: epochMs,
    lastUsedAt: epochMs.nullable(),
    expiresAt: epochMs.nullable(),
  })
  .meta({ id: 'ApiToken' });
export const tokenCreate = z.strictObject({
  name: z.string().trim().min(1).max(64),
  scope: tokenScope,
  days: z.number().int().min(1).max(3_650).nullable().default(365),
});
/** The secret is shown this one time. */
export const tokenCreated = z.strictObject({ token: apiToken, secret: z.string() }).meta({ id: 'ApiTokenCreated' });

export const auditEntry = z
  .strictObject({
    id: z.number().int(),
    at: epochMs,
    who: z.string(),
    what: z.string(),
    object: z.string(),
    result: z.string(),
    detail: z.string(),
  })
  .meta({ id: 'AuditEntry' });

/** What a walk over the whole audit log found; `id` is the first entry that is not as it was written. */
export const auditVerdict = z
  .discriminatedUnion('ok', [
    z.strictObject({ ok: z.literal(true), checked: z.number().int() }),
    z.strictObject({
      ok: z.literal(false),
      checked: z.number().int(),
      id: z.number().int(),
      reason: z.enum(['row-changed', 'chain-broken', 'end-cut-off', 'head-missing']),
    }),
  ])
  .meta({ id: 'AuditVerdict' });

export type User = z.output<typeof user>;
export type Me = z.output<typeof me>;
export type ApiToken = z.output<typeof apiToken>;
export type AuditEntry = z.output<typeof auditEntry>;
export type AuditVerdict = z.output<typeof auditVerdict>;
