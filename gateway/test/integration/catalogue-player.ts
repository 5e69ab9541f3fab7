/** Plays simulated devices as real MQTT clients with values they are told, instead of those of a simulated campus. */
import { createTalkers } from '../../../device-sim/encoders/encoder-of.ts';
import type { Message } from '../../../device-sim/encoders/message.ts';
import { createSession, type Session } from '../../../device-sim/session.ts';
import type { Played, Told } from './catalogue-entries.ts';

const SITE = 'main';
/** Everything but native devices logs in as this bridge; what it may use is what the topics of the papers need. */
export const BRIDGE = 'sim';
export const SECRET = 'secret of the catalogue';
export const PREFIXES: readonly string[] = [
  ...['tele/', 'zigbee2mqtt/', 'shellies/', 'shellyplus1pm-c3/', 'frigate/', 'bldg7-', 'application/', 'v3/'],
  ...['/PubTopic1', '/gw/acrelHW/', '/sys/', '$oc/', 'homie/', 'spBv1.0/', 'homeassistant/', 'ha-sim/', 'dtu/'],
];

export interface Player {
  play(played: Played): void;
  /** New values of a device that is played; it says them at once, with this time if it sends any. */
  tell(device: string, told: Told, ts: number): void;
  /** Messages that came to a device on the topics it listens to. */
  heard(device: string): number;
  /** Breaks the connections without a farewell, so that wills are sent. */
  cut(): void;
  /** Connects again what was cut. */
  reopen(): void;
  close(): Promise<void>;
}

interface Connection {
  readonly session: Session;
  readonly onConnect: (() => void)[];
}

const localTime = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19);

export function createPlayer(mqttUrl: string): Player {
  const talkerFor = createTalkers();
  const connections = new Map<string, Connection>();
  const devices = new Map<string, { tell(told: Told, ts: number): void; heard: number }>();

  const play = ({ device, told }: Played): void => {
    const talker = talkerFor(device, { site: SITE, localTime });
    if (talker === undefined) throw new Error(`${device.id}: the simulator cannot play ${device.profile}`);
    let now = told;
    const publish = (messages: readonly Message[]): void => {
      for (const message of messages) connection.session.publish(message, () => undefined);
    };
    const known = {
      heard: 0,
      tell: (next: Told, ts: number): void => {
        now = next;
        publish(talker.says(now, ts));
      },
    };
    devices.set(device.id, known);
    const name = talker.connection ?? device.id;
    const says = (): void => publish(talker.says(now, Date.now()));
    const open = (): Connection => ({
      onConnect: [],
      session: createSession({
        ...{ url: mqttUrl, password: SECRET, draw: () => 0 },
        ...(device.profile === 'native' ? { name } : { name: `${BRIDGE}.${name}`, username: BRIDGE }),
        will: () => talker.will?.(),
        listens: talker.listens ?? [],
        onError: (text) => {
          throw new Error(`${name}: ${text}`);
        },
        onConnect: () => {
          publish(talker.born?.(Date.now()) ?? []);
          for (const one of connection.onConnect) one();
        },
        onMessage: (payload) => {
          known.heard += 1;
          publish(talker.hears?.(payload, now, Date.now()) ?? []);
        },
      }),
    });
    const connection = connections.get(name) ?? open();
    connections.set(name, connection);
    connection.onConnect.push(says);
    // Whoever shares the connection has been added by then; open is open.
    queueMicrotask(() => connection.session.open());
  };
  const all = (): Session[] => [...connections.values()].map(({ session }) => session);
  return {
    play,
    tell: (device, told, ts) => devices.get(device)?.tell(told, ts),
    heard: (device) => devices.get(device)?.heard ?? 0,
    cut: () => {
      for (const session of all()) session.cut();
    },
    reopen: () => {
      for (const session of all()) session.open();
    },
    close: async () => {
      await Promise.all(all().map((session) => session.close()));
    },
  };
}
