/**
 * Tells a Home Assistant on the same broker of our meters, doors and alerts, if gateway.yaml says so: retained
 * discovery messages, and states as they change. Read only: nothing is ever taken as a command.
 */
import type { LatestValue } from '#contract/http/campus.ts';
import type { LiveEventBody } from '#contract/live.ts';
import {
  type AnnouncedMessage,
  type AnnouncedUnder,
  gatewayStatusTopic,
  message,
} from './announce/announced-message.ts';
import { alertConfigs, alertStates } from './announce/campus-alerts.ts';
import { campusDevices } from './announce/campus-devices.ts';
import { type DeviceToAnnounce, deviceConfig } from './announce/device-config.ts';
import { deviceState } from './announce/device-state.ts';
import type { CampusInForce } from './campus-in-force.ts';
import type { Judgement } from './judgement.ts';
import type { Clock } from './shared/clock.ts';
import type { Frame } from './shared/frame.ts';
import type { OutMessage } from './shared/out-message.ts';
import { plainText } from './shared/plain-text.ts';

export interface HomeAssistantSetup {
  readonly clock: Clock;
  readonly judgement: Pick<
    Judgement,
    'device' | 'latest' | 'currentIncidents' | 'onEvent' | 'onUnsaved' | 'onValues' | 'onGrown'
  >;
  campus(): CampusInForce;
  send(messages: readonly OutMessage[]): void;
}

export interface HomeAssistantAnnouncer {
  /** Sees every message of the broker: Home Assistant says when it has started. */
  heard(frame: Pick<Frame, 'topic' | 'payload'>): void;
  /** Another config is in force: what it no longer has is taken back. */
  reload(): void;
  /** Says that the gateway is going; what it announced stays. */
  close(): void;
}

/** States of a device go out at most once in this time. */
const TICK_MS = 1_000;
/** How often every device is looked at, so that a value that only grew old is no longer shown. */
const ALL_EVERY_TICKS = 15;
/** A level that stays the same is said again after so many intervals, or it would expire. */
const SAY_AGAIN_INTERVALS = 5;

/** Whoever keeps saying that Home Assistant has started gets everything again no more often than this. */
const ALL_AGAIN_MS = 10_000;

export function announceHomeAssistant(setup: HomeAssistantSetup): HomeAssistantAnnouncer {
  const { judgement, clock, campus } = setup;
  const published = new Map<string, { readonly payload: string; readonly at: number }>();
  const dirty = new Set<string>();
  let devices: ReadonlyMap<string, DeviceToAnnounce> = new Map();
  /** Series that had a value when the entities were last worked out. */
  let shown: ReadonlySet<string> = new Set();
  let isIncomplete = false;
  let isBorn = false;
  let allAgainAt = Number.NEGATIVE_INFINITY;
  let areAlertsDirty = false;
  /** Sentences of alerts have grown: told with the next look at all devices, for Home Assistant writes each of them down. */
  let haveGrown = false;
  let ticks = 0;

  const isOn = (): boolean => campus().config.gateway.homeAssistant.announce;
  const under = (): AnnouncedUnder => campus().config.gateway.homeAssistant;
  const publish = (messages: readonly AnnouncedMessage[], sayAgainMs = Number.POSITIVE_INFINITY): void => {
    const at = clock.monotonic();
    const news = messages.filter(({ topic, payload }) => {
      const before = published.get(topic);
      return before === undefined || before.payload !== payload || at - before.at >= sayAgainMs;
    });
    for (const { topic, payload } of news) published.set(topic, { payload, at });
    setup.send(news.map(({ topic, payload }) => retained(topic, payload)));
  };
  /** An empty retained message takes the old one back. */
  const takeBack = (topics: readonly string[]): void => {
    for (const topic of topics) published.delete(topic);
    setup.send(topics.map((topic) => retained(topic, '')));
  };

  const statesOf = ({ device, entities }: DeviceToAnnounce, values: Values): readonly AnnouncedMessage[] => {
    const state = judgement.device(device.id)?.state ?? 'unknown';
    return deviceState(device, entities, { state, values: values.get(device.id) ?? [] }, under());
  };
  const alerts = (): readonly AnnouncedMessage[] =>
    alertStates(campus().config.registry, judgement.currentIncidents(), under());

  /** Everything, as it is to stand on the broker; what does not is taken back. */
  const announce = (): void => {
    isIncomplete = false;
    const { registry } = campus().config;
    const values = byDevice(judgement.latest({}));
    shown = new Set([...values.values()].flat().map(seriesOf));
    const wanted: AnnouncedMessage[] = [];
    devices = new Map();
    if (isOn()) {
      devices = campusDevices(registry, (id) => new Set(values.get(id)?.map(({ metric }) => metric)));
      wanted.push(message(gatewayStatusTopic(under()), 'online'), ...alertConfigs(registry, under()), ...alerts());
      for (const device of devices.values()) {
        const config = deviceConfig(device, under());
        if (config !== undefined) wanted.push(config, ...statesOf(device, values));
      }
    }
    const topics = new Set(wanted.map(({ topic }) => topic));
    takeBack([...published.keys()].filter((topic) => !topics.has(topic)));
    publish(wanted);
  };
  const tick = (): void => {
    ticks += 1;
    if (isIncomplete) announce();
    if (isBorn && clock.monotonic() - allAgainAt >= ALL_AGAIN_MS) {
      setup.send([...published].map(([topic, { payload }]) => retained(topic, payload)));
      // Asked meanwhile, it is done when the time has passed: the last start is never left without an answer.
      allAgainAt = clock.monotonic();
      isBorn = false;
    }
    if (ticks % ALL_EVERY_TICKS === 0) {
      for (const id of devices.keys()) dirty.add(id);
      areAlertsDirty ||= haveGrown;
    }
    if (dirty.size > 0 && devices.size > 0) {
      const values = byDevice(judgement.latest({}));
      for (const device of [...dirty].flatMap((id) => devices.get(id) ?? []))
        publish(statesOf(device, values), device.device.intervalS * 1_000 * SAY_AGAIN_INTERVALS);
    }
    if (areAlertsDirty && isOn()) publish(alerts());
    dirty.clear();
    if (areAlertsDirty) haveGrown = false;
    areAlertsDirty = false;
  };

  const changed = (body: LiveEventBody): void => {
    if (body.type === 'device') dirty.add(body.device.id);
    else areAlertsDirty = true;
  };
  const forget = [
    judgement.onEvent(changed),
    judgement.onGrown(() => {
      haveGrown = true;
    }),
    judgement.onUnsaved((bodies) => bodies.forEach(changed)),
    judgement.onValues((values) => {
      for (const value of values) {
        dirty.add(value.device);
        // A metric that was never seen before may be another entity.
        isIncomplete ||= !shown.has(seriesOf(value));
      }
    }),
  ];
  announce();
  const timer = setInterval(tick, TICK_MS);
  timer.unref();
  return {
    heard({ topic, payload }) {
      if (!isOn() || topic !== `${under().prefix}/status`) return;
      isBorn ||= plainText(payload.subarray(0, 64)).trim() === 'online';
    },
    reload: announce,
    close() {
      clearInterval(timer);
      for (const one of forget) one();
      const gone = [...published.keys()].filter(
        (topic) => topic.endsWith('/availability') || topic.endsWith('/status'),
      );
      setup.send(gone.map((topic) => retained(topic, 'offline')));
    },
  };
}

type Values = ReadonlyMap<string, readonly LatestValue[]>;

const retained = (topic: string, payload: string): OutMessage => ({ topic, payload, qos: 1, retain: true });
const seriesOf = ({ device, metric }: LatestValue): string => `${device}\n${metric}`;
const byDevice = (values: readonly LatestValue[]): Values => Map.groupBy(values, ({ device }) => device);
