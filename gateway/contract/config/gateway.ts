/** config/gateway.yaml: how this gateway runs. */
import { z } from 'zod';

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
  session: z.strictObject({ idleHours: positive.default(8), maxHours: positive.default(12) }).prefault({}),
});

export type GatewayConfig = z.output<typeof gatewayConfig>;
