/** Programs: those that read from the gateway, and those that publish what they like. */
import { DISCOVERY } from './devices.ts';
import { type Ecosystem, filtersOf } from './ecosystem.ts';
import { hostPort, shellText, tomlText } from './quoting.ts';

const homeAssistant: Ecosystem = {
  id: 'home-assistant',
  name: { zh: 'Home Assistant', en: 'Home Assistant' },
  ...{ profiles: [], kind: 'integration', login: 'home-assistant', prefixes: ['homeassistant/', 'campus/ha/'] },
  optional: [
    {
      prefix: 'zigbee2mqtt/',
      when: {
        zh: '它也要看到 Zigbee2MQTT 的设备时才要',
        en: 'only if it is to see the devices of Zigbee2MQTT as well',
      },
    },
    {
      prefix: 'tele/',
      when: {
        zh: '它也要看到 Tasmota 的设备时才要（连同 stat/ 和 tasmota/）',
        en: 'only if it is to see Tasmota devices as well (with stat/ and tasmota/)',
      },
    },
    { prefix: 'stat/', when: { zh: '同上', en: 'as above' } },
    { prefix: 'tasmota/', when: { zh: '同上', en: 'as above' } },
  ],
  notes: {
    zh: '设置 → 设备与服务 → 添加集成 → MQTT。这个登录只读：它的 birth 和 will 被丢弃，读数照收；要从它开关设备，改用 kind: bridge。口令错一次它就停下来等人重新输入。见 gateway/docs/home-assistant.md。',
    en: 'Settings → Devices & services → Add integration → MQTT. This login may only read: its birth and will messages are dropped and it works all the same; to switch devices from there use kind: bridge. After one wrong password it stops and waits for somebody to enter it again. See gateway/docs/home-assistant.md.',
  },
  lines: () => [],
};

const discovery: Ecosystem = {
  id: 'discovery',
  name: { zh: '会自动发现的设备（HA discovery）', en: 'Devices that announce themselves (HA discovery)' },
  ...{ profiles: ['home-assistant'], kind: 'bridge', login: 'discovery' },
  prefixes: [DISCOVERY.prefix, '<state>/'],
  optional: [],
  parameter: { key: 'state', name: { zh: '状态主题的前缀', en: 'Prefix of its state topics' }, example: 'my-sensors' },
  notes: {
    zh: '前缀要两种：自动发现的，和它报告状态的。它们会出现在“接入设备”里，见 gateway/docs/add-a-device.md 第六节。',
    en: 'Two kinds of prefix: that of discovery, and that of its states. They appear under Add a device; see gateway/docs/add-a-device.md, section 6.',
  },
  lines: () => [],
};

const nodeRed: Ecosystem = {
  id: 'node-red',
  name: { zh: 'Node-RED', en: 'Node-RED' },
  ...{ profiles: [], kind: 'bridge', login: 'node-red', prefixes: ['node-red/'], optional: [] },
  notes: {
    zh: 'mqtt-broker 节点：MQTT 3.1.1 或 5 都行，客户端 ID 留空。订阅 # 可以，只收到前缀之内的；别的设备的主题要看，把它们的前缀加上。',
    en: 'In the mqtt-broker node MQTT 3.1.1 or 5, client id left empty. It may subscribe to # and receives what is under its prefixes; add those of devices whose messages it is to see.',
  },
  lines: () => [],
};

const telegraf: Ecosystem = {
  id: 'telegraf',
  name: { zh: 'Telegraf', en: 'Telegraf' },
  ...{ profiles: [], kind: 'bridge', login: 'telegraf', prefixes: ['telegraf/'], optional: [] },
  notes: {
    zh: '只从网关取数的（inputs.mqtt_consumer）：登录用 kind: integration，前缀写它要看的主题。keep_alive 写 0 也行。',
    en: 'For reading only (inputs.mqtt_consumer) use kind: integration with the prefixes it is to see. A keep_alive of 0 is fine.',
  },
  lines: ({ host, port, user, secret, prefixes }) => {
    const login = [`username = ${tomlText(user)}`, `password = ${tomlText(secret)}`];
    const servers = `servers = [${tomlText(`tcp://${hostPort(host, port)}`)}]`;
    const topics = filtersOf(prefixes).map(tomlText).join(', ');
    return [
      {
        title: { zh: 'telegraf.conf：往网关送', en: 'telegraf.conf: sending' },
        text: [
          '[[outputs.mqtt]]',
          `  ${servers}`,
          '  topic = "telegraf/{{ .Hostname }}/{{ .PluginName }}"',
          ...login.map((line) => `  ${line}`),
          '  qos = 1',
          '  data_format = "json"',
        ].join('\n'),
      },
      {
        title: { zh: 'telegraf.conf：从网关取', en: 'telegraf.conf: reading' },
        text: [
          '[[inputs.mqtt_consumer]]',
          `  ${servers}`,
          `  topics = [${topics}]`,
          ...login.map((line) => `  ${line}`),
          '  data_format = "json"',
        ].join('\n'),
      },
    ];
  },
};

const scripts: Ecosystem = {
  id: 'scripts',
  name: { zh: 'mosquitto_pub、paho、MQTT.js 等程序', en: 'Programs (mosquitto_pub, paho, MQTT.js)' },
  ...{ profiles: [], kind: 'bridge', login: 'scripts', prefixes: ['scripts/'], optional: [] },
  notes: {
    zh: '客户端 ID 可以不写。替一台登记过的设备发数，用“能自己定主题的设备”的登录。',
    en: 'The client id may be left out. To publish for a device that is registered, use its own login.',
  },
  lines: ({ host, port, user, secret, prefixes }) => {
    const login = `-h ${shellText(host)} -p ${port} -u ${shellText(user)} -P ${shellText(secret)}`;
    const [prefix = 'scripts/'] = prefixes;
    const topics = filtersOf(prefixes).map((filter) => `-t ${shellText(filter)}`);
    return [
      {
        title: { zh: '发一条', en: 'Publish one' },
        text: `mosquitto_pub ${login} -q 1 -t ${shellText(`${prefix}test`)} -m '{"power_w": 812}'`,
      },
      { title: { zh: '看着', en: 'Watch' }, text: `mosquitto_sub ${login} -v ${topics.join(' ')}` },
    ];
  },
};

const mqttx: Ecosystem = {
  ...scripts,
  id: 'mqttx',
  name: { zh: 'MQTTX、HiveMQ client', en: 'MQTTX, HiveMQ client' },
  login: 'mqttx',
  notes: {
    zh: 'MQTT 5 或 3.1.1 都行，客户端 ID 随意，不加密（mqtt://）。',
    en: 'MQTT 5 or 3.1.1, any client id, no TLS (mqtt://).',
  },
  lines: () => [],
};

/** In the order in which they are offered. */
export const PROGRAM_ECOSYSTEMS: readonly Ecosystem[] = [
  ...[homeAssistant, discovery, nodeRed, telegraf, scripts, mqttx],
];
