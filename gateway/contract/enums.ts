/** The closed word lists of the wire. Plain values, no validator: the wall and the simulator import this file. */

export const DEVICE_STATES = ['online', 'suspect', 'offline', 'unknown'] as const;
export type DeviceState = (typeof DEVICE_STATES)[number];

export const QUALITIES = ['measured', 'estimated', 'manual', 'missing'] as const;
export type Quality = (typeof QUALITIES)[number];

export const FLAGS = ['clock', 'late', 'conflict', 'catch-up', 'rollover', 'reset'] as const;
export type Flag = (typeof FLAGS)[number];

/** live: a sample younger than 3 intervals. stale: older. hint: only a replayed value is known. never: nothing was ever received. */
export const FRESHNESS = ['live', 'stale', 'hint', 'never'] as const;
export type Freshness = (typeof FRESHNESS)[number];

export const ALERT_STATES = ['pending', 'firing', 'resolved'] as const;
export type AlertState = (typeof ALERT_STATES)[number];

export const SEVERITIES = ['info', 'warning', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

export const ROLES = ['admin', 'leader', 'office', 'maintainer', 'guard', 'teacher', 'public'] as const;
export type Role = (typeof ROLES)[number];

export const PLACE_KINDS = ['campus', 'building', 'floor', 'room', 'gate', 'outdoor'] as const;
export const DEVICE_KINDS = ['electricity-meter', 'water-meter', 'door', 'camera', 'switch', 'nvr', 'sensor'] as const;
export type DeviceKind = (typeof DEVICE_KINDS)[number];

export const CONDITION_KINDS = [
  'threshold',
  'rate',
  'state-in-period',
  'silent',
  'count-in-window',
  'closed-hours-power',
  'closed-hours-excess',
  'base-load-step',
  'night-flow',
  'never-zero-flow',
  'meter-fault',
  'quota-forecast',
  'room-left-on',
  'all-of',
  'any-of',
] as const;
export type ConditionKind = (typeof CONDITION_KINDS)[number];

/** Day types in the order of DAY_TYPES are not a precedence; calendar/day-type.ts holds the precedence. */
export const DAY_TYPES = ['school', 'makeup', 'exam', 'half-day', 'weekend', 'holiday', 'break'] as const;
export type DayType = (typeof DAY_TYPES)[number];

export const CREDENTIAL_KINDS = ['device', 'bridge', 'integration'] as const;
export type CredentialKind = (typeof CREDENTIAL_KINDS)[number];

export const RESOURCES = ['electricity', 'water'] as const;
export type Resource = (typeof RESOURCES)[number];

/** Why a frame was kept aside instead of becoming readings. */
export const QUARANTINE_REASONS = [
  'unknown-device',
  'unknown-topic',
  'bad-payload',
  'bad-value',
  'too-large',
  'profile-disabled',
  /** Its device is out of use. */
  'device-retired',
  /** Understood, and turned away: a wrong password, an address that is not the device's. */
  'refused',
] as const;
export type QuarantineReason = (typeof QUARANTINE_REASONS)[number];

/**
 * Why the disk cannot be relied on. full, read-only, failing: nothing new can be stored. slow: it can, much too late.
 * damaged: something stored cannot be read as it was written.
 */
export const STORAGE_REASONS = ['full', 'read-only', 'failing', 'slow', 'damaged'] as const;
export type StorageReason = (typeof STORAGE_REASONS)[number];

/** A text people read, in both languages of the product. */
export interface Text {
  zh: string;
  en: string;
}

/** How a message writes its time: `ts.unit` of a profile. */
export const TIME_UNITS = ['ms', 's', 'us', 'ns', 'iso', 'iso-compact', 'local', 'auto'] as const;
