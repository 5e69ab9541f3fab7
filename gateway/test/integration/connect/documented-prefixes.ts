/** What the documented table gives each ecosystem: the tests log in with these prefixes and no others. */
const TABLE: Readonly<Record<string, readonly string[]>> = {
  zigbee2mqtt: ['zigbee2mqtt/', 'homeassistant/'],
  tasmota: ['tele/', 'stat/', 'cmnd/', 'tasmota/'],
  'shelly-gen1': ['shellies/'],
  'shelly-gen2': ['<prefix>/'],
  esphome: ['<prefix>/', 'esphome/', 'homeassistant/'],
  chirpstack: ['application/'],
  thethingsstack: ['v3/'],
  'home-assistant': ['homeassistant/'],
  homie: ['homie/'],
  'sparkplug-b': ['spBv1.0/', 'STATE/'],
  frigate: ['frigate/'],
  'usr-dtu': ['/PubTopic', '/SubTopic'],
  openmqttgateway: ['home/', 'homeassistant/'],
};

/**
 * @param own what stands in the place of the prefix that the person chooses, without the slash
 * @throws when the table does not know the ecosystem
 */
export function documentedPrefixes(ecosystem: string, own = ''): string[] {
  const prefixes = TABLE[ecosystem];
  if (prefixes === undefined) throw new Error(`the table has no ${ecosystem}`);
  return prefixes.map((prefix) => prefix.replace('<prefix>', own));
}
