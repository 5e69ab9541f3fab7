/** config/devices.yaml: every device of the campus, who keeps it and how it is wired. */
import { z } from 'zod';
import { DEVICE_KINDS } from '../enums.ts';
import { CREDENTIAL_PREFIX_PATTERN, fitsLoginName, LOGIN_NAME_PATTERN, NO_LOGIN } from '../login-name.ts';
import { tagsOf } from '../tags.ts';
import { date, displayText, id, name } from './common.ts';
import { conversionTo } from './profile.ts';

/** What the counter of a meter can do; classifies every register step. */
export const registerSpec = z.strictObject({
  /** Digits before it rolls over: modulus is 10^digits in `unit`. */
  digits: z.number().int().min(3).max(15).optional(),
  /** Unit of the device's own register, for people; readings are always kWh or m³. */
  unit: z.string().max(16).optional(),
  /** Highest plausible consumption, kWh/h or m³/h; a step above 1.2 × this is a jump. */
  ratedMax: z.number().positive().optional(),
  /** Smallest step of the register, in kWh or m³. */
  step: z.number().positive().optional(),
});

const port = z.number().int().min(1).max(65_535);
const requestPath = z.string().regex(/^\/[!-~]{0,199}$/, 'a path that begins with /, without spaces');
const where = { port: port.optional(), path: requestPath.optional() };
const request = z.union([z.literal(true), z.strictObject(where)]);
const secureRequest = z.union([z.literal(true), z.strictObject({ ...where, tls: z.boolean().default(false) })]);

/**
 * How the gateway looks for the device on the network by itself. ONVIF and RTSP ask nothing that needs a password;
 * passwords never stand here: `credential: NVR` is read from HOUQIN_PROBE_NVR or HOUQIN_PROBE_NVR_FILE (`user:password`).
 */
export const deviceProbe = z
  .strictObject({
    host: z
      .string()
      .min(1)
      .max(253)
      .regex(/^[A-Za-z0-9.:_-]+$/, 'an IP address or a host name, without a port'),
    /** GetSystemDateAndTime; port 80 (443 with `tls`) and /onvif/device_service when absent. `tls`: https, with any certificate. */
    onvif: secureRequest.optional(),
    /** OPTIONS; port 554 and / when absent. */
    rtsp: request.optional(),
    /** Ports that accept a connection; speaks for the device only where nothing above is asked. */
    tcp: z.union([port.transform((one) => [one]), z.array(port).min(1).max(8)]).optional(),
    /** The event stream of a Hikvision recorder or camera; the device's profile has to be hikvision-isapi. */
    hikvision: z
      .strictObject({
        port: port.optional(),
        tls: z.boolean().default(false),
        /** Without TLS, the password may be sent in clear to a device that knows HTTP Basic only. */
        basic: z.boolean().default(false),
        credential: z.string().regex(/^[A-Z][A-Z0-9_]{0,31}$/, 'a name in capitals, such as NVR_1'),
      })
      .optional(),
    /** Seconds between two probes; the device's intervalS, at most 30, when absent. */
    everyS: z.number().min(1).max(3_600).optional(),
    /** Longer than the 3 s after which a network says that nobody has the address. */
    timeoutMs: z.number().int().min(100).max(30_000).default(4_000),
  })
  .refine(
    (p) => [p.onvif, p.rtsp, p.tcp, p.hikvision].some((way) => way !== undefined),
    'give at least one of onvif, rtsp, tcp and hikvision',
  );

export const device = z.strictObject({
  id,
  name,
  kind: z.enum(DEVICE_KINDS),
  /** Profile that decodes its messages; `native` for campus/v1 topics. */
  profile: z.string().min(1).max(64).default('native'),
  /** What the profile captures as the device; the id itself when absent. Any UTF-8, may contain `/`. */
  address: z.string().min(1).max(256).optional(),
  site: id.optional(),
  place: id,
  /** Devices this one cannot work without, nearest first (camera → switch). */
  dependsOn: z.array(id).default([]),
  /** How often it reports, seconds; the base of freshness and of `silent`. */
  intervalS: z.number().positive().max(604_800).default(60),
  register: registerSpec.optional(),
  priceClass: z.string().max(64).optional(),
  custodian: displayText(64, true).optional(),
  tags: z.array(displayText(32)).max(64).overwrite(tagsOf).default([]),
  /** Hash of the device's MQTT password as `houqin token device ID` prints it. */
  tokenHash: z.string().optional(),
  /** Topic on which it takes requests, such as that of a transparent DTU. */
  downTopic: z.string().min(1).max(256).optional(),
  /** Topic on which the answers come; `downTopic` with its last `down` as `up` when absent. */
  upTopic: z.string().min(1).max(256).optional(),
  /**
   * What the device's own names mean, and members that its profile does not read, by their path: `{node0101: power_w}`
   * (or `{node:node0101: …}`), `{COUNTER.C1: pulse_total}`, `{door: {metric: door_open, map: {open: 1, close: 0}}}`.
   * `null`: known and of no interest.
   */
  fields: z.record(z.string().min(1).max(256), conversionTo.nullable()).optional(),
  /** Current and voltage transformers in front of a meter that does not count them in itself (400/5 A: ct 80). */
  ratio: z
    .strictObject({
      ct: z.number().positive().max(100_000).default(1),
      pt: z.number().positive().max(100_000).default(1),
    })
    .optional(),
  /** How the gateway looks for it on the network by itself. */
  probe: deviceProbe.optional(),
  manufacturer: displayText(64).optional(),
  model: displayText(64).optional(),
  serial: displayText(64).optional(),
  /** Out of use since this date: not watched, not counted, its messages and its login are refused. Its history stays. */
  retired: date.optional(),
});

/**
 * A name that a client logs in with. Some products have theirs compiled in (`DVES_USER`, `dn&pk`), so it may be any text
 * that can be printed and typed; compared byte by byte.
 */
export const loginName = z
  .string()
  .regex(LOGIN_NAME_PATTERN, 'a login name: text without control characters, and without a space in front or behind')
  .refine(fitsLoginName, 'a login name of at most 128 bytes')
  .refine((name) => name !== NO_LOGIN, 'another login name: clients without one are called anonymous');

/** A topic prefix without wildcards. */
export const credentialPrefix = z
  .string()
  .min(1)
  .max(128)
  .regex(CREDENTIAL_PREFIX_PATTERN, 'a topic prefix without + # or a leading $, but for $oc/');

/**
 * A credential that is not one device: a bridge or an integration. A device logs in by its id; one whose user name cannot
 * be changed gets a credential of that name with its own topics as the prefix.
 */
export const credential = z.strictObject({
  username: loginName,
  kind: z.enum(['bridge', 'integration']),
  /** Topic prefixes it may use, without wildcards: `zigbee2mqtt/`, `tele/`, `$oc/` for Huawei IoTDA devices. */
  prefixes: z.array(credentialPrefix).min(1),
  tokenHash: z.string(),
});

export const devicesConfig = z.strictObject({
  devices: z.array(device),
  credentials: z.array(credential).default([]),
});

export type RegisterSpec = z.output<typeof registerSpec>;
export type DeviceProbe = z.output<typeof deviceProbe>;
export type DeviceConfig = z.output<typeof device>;
export type CredentialConfig = z.output<typeof credential>;
export type DevicesConfig = z.output<typeof devicesConfig>;
