/** Plays one simulated device as a real MQTT client with values it was told, instead of those of a simulated campus. */
import { createTalkers } from '../../../device-sim/encoders/encoder-of.ts';
import type { Message } from '../../../device-sim/encoders/message.ts';
import { createSession, type Session } from '../../../device-sim/session.ts';
import type { Played } from './catalogue-entries.ts';

const SITE = 'main';
/** Everything but native devices logs in as this bridge; what it may use is what the papers' topics need. */
export const BRIDGE = 'sim';
export const SECRET = 'secret of the catalogue';
export const PREFIXES: readonly string[] = [
  ...['tele/', 'zigbee2mqtt/', 'shellies/', 'shellyplus1pm-c3/', 'frigate/', 'bldg7-', 'application/', 'v3/'],
  ...['/PubTopic1', '/sys/', '$oc/', 'homie/', 'spBv1.0/', 'homeassistant/', 'ha-sim/', 'dtu/'],
];

const localTime = (at: number): string => new Date(at + 8 * 3_600_000).toISOString().slice(0, 19);

/** Devices of one catalogue; those of an edge node share its connection. */
export function createPlayer(mqttUrl: string): {
  play(played: Played): void;
  /** Breaks the connections without a farewell, so that wills are sent. */
  cut(): void;
  close(): Promise<void>;
} {
  const talkerFor = createTalkers();
  const sessions = new Map<string, { readonly session: Session; readonly speak: (() => Message[])[] }>();

  const play = ({ device, told }: Played): void => {
    const talker = talkerFor(device, { site: SITE, localTime });
    if (talker === undefined) throw new Error(`${device.id}: the simulator cannot play ${device.profile}`);
    const name = talker.connection ?? device.id;
    const shared = sessions.get(name);
    const says = (): Message[] => talker.says(told, Date.now());
    if (shared !== undefined) {
      shared.speak.push(says);
      return;
    }
    const speak = [says];
    const publish = (messages: readonly Message[]): void => {
      for (const message of messages) session.publish(message, () => undefined);
    };
    const session = createSession({
      ...{ url: mqttUrl, password: SECRET, draw: () => 0 },
      ...(device.profile === 'native' ? { name } : { name: `${BRIDGE}.${name}`, username: BRIDGE }),
      will: () => talker.will?.(),
      listens: talker.listens ?? [],
      onError: (text) => {
        throw new Error(`${name}: ${text}`);
      },
      onConnect: () => {
        publish(talker.born?.(Date.now()) ?? []);
        for (const one of speak) publish(one());
      },
      onMessage: (payload) => publish(talker.hears?.(payload, told, Date.now()) ?? []),
    });
    sessions.set(name, { session, speak });
    // Whoever shares the connection has been added by then.
    queueMicrotask(() => session.open());
  };
  const all = (): Session[] => [...sessions.values()].map(({ session }) => session);
  return {
    play,
    cut: () => {
      for (const session of all()) session.cut();
    },
    close: async () => {
      await Promise.all(all().map((session) => session.close()));
    },
  };
}
