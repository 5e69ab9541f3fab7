/** config/gateway.yaml: how this gateway runs. */
import { z } from 'zod';
import { NATIVE_PREFIX } from '../topics.ts';

/** Topic levels without wildcards and without a slash at either end. */
const topicPrefix = z
  .string()
  .max(128)
  .regex(/^[^+#$/\s][^+#/\s]*(?:\/[^+#/\s]+)*$/, 'topic levels such as homeassistant, without + # and spaces');
const listen = z
  .string()
  .regex(/^(?:\d{1,3}(?:\.\d{1,3}){3}|\[[0-9a-f:]+\]):\d{1,5}$/, 'an address and a port such as 0.0.0.0:5060');
const positive = z.number().int().positive();

export const gatewayConfig = z.strictObject({
  /** Demo campus: own data folder, simulated devices, loopback listeners only. */
  demo: z.boolean().default(false),
  mqtt: z
    .strictObject({
      auth: z.enum(['required', 'anonymous']).default('required'),
      /** WebSocket path on the HTTP listener. */
      wsPath: z.string().startsWith('/').default('/mqtt'),
      messagesPerSecond: positive.default(200),
      messageBurst: positive.default(1_000),
      /** Keepalive that a client of MQTT 5 is told when it asks for a longer one, or for none; others keep their own. */
      keepaliveS: positive.max(3_600).default(300),
      /** Origins allowed to open MQTT over WebSocket; the gateway's own pages always may. */
      wsOrigins: z.array(z.string()).default([]),
    })
    .prefault({}),
  store: z
    .strictObject({
      rawDays: positive.default(400),
      hourlyDays: positive.default(3_653),
      /** Free space below which the gateway stops acknowledging. */
      minFreeMiB: positive.default(256),
    })
    .prefault({}),
  /** Our meters, doors and alerts as entities of a Home Assistant on the same broker. */
  homeAssistant: z
    .strictObject({
      /** Nothing is published under `prefix` or `statePrefix` unless this is true. */
      announce: z.boolean().default(false),
      /** Discovery prefix of that Home Assistant. */
      prefix: topicPrefix.default('homeassistant'),
      statePrefix: topicPrefix
        .refine((text) => text !== NATIVE_PREFIX && !text.startsWith(`${NATIVE_PREFIX}/`), 'not under campus/v1')
        .default('campus/ha'),
    })
    .prefault({}),
  /** Recorders and cameras of GB/T 28181 register here and send keepalives; off when absent. The password comes from HOUQIN_GB28181_PASSWORD. */
  gb28181: z
    .strictObject({
      listen: listen.default('127.0.0.1:5060'),
      /** Number of this platform, which is entered in the recorders. */
      serverId: z.string().regex(/^\d{20}$/, '20 digits'),
      /** Its domain; the first ten digits of serverId when absent. */
      domain: z.string().min(1).max(64).optional(),
      /** How often recorders are asked which of their channels are there; 0: never. */
      catalogEveryS: z.number().int().min(0).max(86_400).default(60),
    })
    .optional(),
  /** Hears cameras say by multicast that they come and go; off when absent. Unsigned, so a hint only. */
  onvif: z.strictObject({ listen: listen.default('0.0.0.0:3702') }).optional(),
  session: z.strictObject({ idleHours: positive.default(8), maxHours: positive.default(12) }).prefault({}),
});

export type GatewayConfig = z.output<typeof gatewayConfig>;
