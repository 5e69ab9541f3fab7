/** What can be made to go wrong, and with which bounds. The same shape serves HTTP and scenario files. */
import { z } from 'zod';
import { id } from '#contract/config/common.ts';

const share = z.number().gt(0).max(1).default(1);
const none = z.strictObject({}).prefault({});

const target = {
  device: id.optional(),
  place: id.optional(),
  /** Ends by itself after so many seconds. */
  forS: z
    .number()
    .gt(0)
    .max(7 * 86_400)
    .optional(),
};

const drop = z.strictObject({
  /** Messages that never leave. */
  fault: z.literal('drop'),
  params: z.strictObject({ share }).prefault({}),
  ...target,
});
const stuck = z.strictObject({
  /** Values stay what they were: one metric, or all. */
  fault: z.literal('stuck'),
  params: z.strictObject({ metric: z.string().max(64).optional() }).prefault({}),
  ...target,
});
const drift = z.strictObject({
  /** Gauges read more and more above (or below) the truth. */
  fault: z.literal('drift'),
  params: z.strictObject({ pctPerHour: z.number().min(-1e5).max(1e5).default(10) }).prefault({}),
  ...target,
});
const flood = z.strictObject({
  /** Many messages a second, each with a time of its own. */
  fault: z.literal('flood'),
  params: z.strictObject({ perSecond: z.number().int().min(1).max(1_000).default(100) }).prefault({}),
  ...target,
});
const garble = z.strictObject({
  /** Payloads that are no payloads. */
  fault: z.literal('garble'),
  params: z.strictObject({ share }).prefault({}),
  ...target,
});
const clockSkew = z.strictObject({
  /** The device's clock is ahead (or, negative, behind) by so many seconds. */
  fault: z.literal('clock-skew'),
  params: z.strictObject({ skewS: z.number().min(-3.2e8).max(3.2e8).default(3_600) }).prefault({}),
  ...target,
});
/** The register starts again at zero, and stays so after the fault. */
const reset = z.strictObject({ fault: z.literal('reset'), params: none, ...target });
/** The device itself is gone: its socket breaks and stays broken. */
const deviceDead = z.strictObject({ fault: z.literal('device-dead'), params: none, ...target });
/** A switch, and everything that depends on it. */
const switchDead = z.strictObject({ fault: z.literal('switch-dead'), params: none, ...target });

/** The three that follow happen in the buildings: the devices are well and measure it. */
const leak = z.strictObject({
  fault: z.literal('leak'),
  params: z.strictObject({ lph: z.number().gt(0).max(1e5).default(300) }).prefault({}),
  ...target,
});
const leftOn = z.strictObject({
  fault: z.literal('left-on'),
  /** On top of the routine; 0.8 of the meter's own peak when absent. */
  params: z.strictObject({ powerW: z.number().gt(0).max(1e6).optional() }).prefault({}),
  ...target,
});
const doorOpen = z.strictObject({ fault: z.literal('door-open'), params: none, ...target });

export const faultSpec = z
  .discriminatedUnion('fault', [
    drop,
    stuck,
    drift,
    flood,
    garble,
    clockSkew,
    reset,
    deviceDead,
    switchDead,
    leak,
    leftOn,
    doorOpen,
  ])
  .refine((spec) => (spec.device === undefined) !== (spec.place === undefined), 'give either device or place');

export type FaultSpec = z.output<typeof faultSpec>;
/** As a person writes it: `params` may be left out. */
export type FaultRequest = z.input<typeof faultSpec>;
