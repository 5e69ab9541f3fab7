/** Logins of devices, bridges and integrations at the MQTT door. No answer but that of making one holds a secret. */
import { z } from 'zod';
import { credentialPrefix, loginName } from '../config/devices.ts';
import { CREDENTIAL_KINDS } from '../enums.ts';
import { epochMs, textPair } from './common.ts';

export const credential = z
  .strictObject({
    username: z.string(),
    kind: z.enum(CREDENTIAL_KINDS),
    /** Empty for a device: it has its native topics. */
    prefixes: z.array(z.string()),
    /** Connections of this login now. */
    sessions: z.number().int(),
    /** The newest of them, at most 5. `clientId` as the client says it. */
    connections: z.array(z.strictObject({ clientId: z.string(), address: z.string(), since: epochMs })),
  })
  .meta({ id: 'Credential' });

export const credentialCreate = z.strictObject({
  kind: z.enum(CREDENTIAL_KINDS),
  /** Of a device its id, which has to stand in devices.yaml. */
  username: loginName,
  /** At least one, but for a device, which takes none. */
  prefixes: z.array(credentialPrefix).max(64).default([]),
});
/** Other topics for a login that is no device's. */
export const credentialChange = z.strictObject({
  username: z.string().min(1).max(256),
  prefixes: z.array(credentialPrefix).min(1).max(64),
});
export const credentialName = z.strictObject({ username: z.string().min(1).max(256) });

/** `secret` is in this answer and nowhere else; devices.yaml keeps a hash. */
export const madeCredential = z.strictObject({ credential, secret: z.string() }).meta({ id: 'MadeCredential' });

/** Where clients connect. */
export const mqttDoor = z
  .strictObject({
    /** On which it really listens. */
    port: z.number().int(),
    /** Only programs on the gateway's own machine reach it; HOUQIN_MQTT=0.0.0.0:PORT opens it. */
    loopbackOnly: z.boolean(),
    /** Path of the HTTP address at which MQTT over WebSocket is taken; null where it is switched off. */
    webSocketPath: z.string().nullable(),
    /** IPv4 addresses of this machine in its networks; the address it is bound to when that is one of them. */
    addresses: z.array(z.string()),
    sites: z.array(z.strictObject({ id: z.string(), name: textPair })),
    /** Where devices log in without a password, on loopback only. */
    anonymous: z.boolean(),
  })
  .meta({ id: 'MqttDoor' });

export type Credential = z.output<typeof credential>;
export type CredentialCreate = z.output<typeof credentialCreate>;
export type MadeCredential = z.output<typeof madeCredential>;
export type MqttDoor = z.output<typeof mqttDoor>;
