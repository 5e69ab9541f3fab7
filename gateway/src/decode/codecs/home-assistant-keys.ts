/** The keys of a discovery config that are read, long and short. All others say how Home Assistant shows and steers. */
export type Keys = Readonly<Record<string, unknown>>;

/** https://www.home-assistant.io/integrations/mqtt/#supported-abbreviations-in-mqtt-discovery-messages */
const ENTITY = `avty availability, avty_t availability_topic, avty_tpl availability_template, cmps components, dev device,
  dev_cla device_class, ent_cat entity_category, lrst_val_tpl last_reset_value_template, o origin, obj_id object_id, p platform, pl_avail payload_available,
  pl_not_avail payload_not_available, pl_off payload_off, pl_on payload_on, stat_cla state_class, stat_t state_topic,
  t topic, uniq_id unique_id, unit_of_meas unit_of_measurement, val_tpl value_template`;
const DEVICE = `cns connections, ids identifiers, mdl model, mdl_id model_id, mf manufacturer`;

const MAX_TOPIC = 1_024;
const MAX_TEXT = 256;

const tableOf = (pairs: string): ReadonlyMap<string, string> =>
  new Map(
    pairs
      .split(',')
      .map((pair): [string, string] => [pair.trim().split(' ')[0] ?? '', pair.trim().split(' ')[1] ?? '']),
  );
const LONG = { entity: tableOf(ENTITY), device: tableOf(DEVICE) } as const;

/** The same with every key spelled out; one given both ways keeps the later. */
export function spelledOut(keys: Keys, kind: keyof typeof LONG): Keys {
  return Object.fromEntries(Object.entries(keys).map(([key, value]) => [LONG[kind].get(key) ?? key, value]));
}

/** @param base what `~` at the begin or the end of a topic stands for */
export function topicOf(said: unknown, base: unknown): string | undefined {
  if (typeof said !== 'string') return undefined;
  const root = typeof base === 'string' ? base : '~';
  const topic = said.startsWith('~') ? root + said.slice(1) : said.endsWith('~') ? said.slice(0, -1) + root : said;
  return topic.length > 0 && topic.length <= MAX_TOPIC && !/[+#]/.test(topic) ? topic : undefined;
}

export function textOf(said: unknown): string | undefined {
  if (typeof said === 'number') return String(said);
  return typeof said === 'string' && said.trim() !== '' ? said.trim().slice(0, MAX_TEXT) : undefined;
}

/** As a template prints a value: Python's words for true and false, compared without regard to case. */
export function rendered(value: unknown): string {
  const text = typeof value === 'object' && value !== null ? JSON.stringify(value) : String(value);
  return text.slice(0, MAX_TEXT).trim().toLowerCase();
}
