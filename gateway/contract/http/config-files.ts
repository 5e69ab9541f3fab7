/** The config files as the dashboard reads and edits them. */
import { z } from 'zod';
import { text } from '../config/common.ts';
import { device } from '../config/devices.ts';

export const CONFIG_NAMES = ['rules', 'devices', 'calendar', 'campus', 'tariffs'] as const;
export const configName = z.enum(CONFIG_NAMES);

/** `etag` equals the ETag header: send it back as If-Match. */
export const configFile = z
  .strictObject({ name: configName, text: z.string(), etag: z.string(), readOnly: z.boolean() })
  .meta({ id: 'ConfigFile' });
export const configPut = z.strictObject({ text: z.string().max(1_000_000) });
export const configWritten = z.strictObject({ etag: z.string() }).meta({ id: 'ConfigWritten' });

export const devicesAdd = z.strictObject({
  devices: z
    .array(device.extend({ name: text }))
    .min(1)
    .max(500),
});
export const devicesAdded = z.strictObject({ added: z.number().int() }).meta({ id: 'DevicesAdded' });

export type ConfigFile = z.output<typeof configFile>;
