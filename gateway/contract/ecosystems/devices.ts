/** Devices that connect by themselves. */
import { nativeTopic } from '../topics.ts';
import { type Access, commonFields, type Ecosystem, type OptionalPrefix } from './ecosystem.ts';
import { cText, hostPort, shellText, yamlText } from './quoting.ts';

const CONSOLE = { zh: '控制台', en: 'Console' };
export const DISCOVERY: OptionalPrefix = {
  prefix: 'homeassistant/',
  when: {
    zh: '有 Home Assistant 从这个网关读自动发现时才要',
    en: 'only when a Home Assistant reads discovery messages from this gateway',
  },
};

/** A command each where a value holds the sign that separates commands. */
function tasmotaLines({ host, port, user, secret }: Access): string {
  const commands = [`MqttHost ${host}`, `MqttPort ${port}`, `MqttUser ${user}`, `MqttPassword ${secret}`];
  return commands.some((command) => command.includes(';')) ? commands.join('\n') : `Backlog ${commands.join('; ')}`;
}

const NATIVE_READING = '{"energy_total_kwh": 1234.5, "power_w": 812}';

const nativeDevice: Ecosystem = {
  id: 'native',
  name: { zh: '能自己定主题的设备', en: 'Whatever can choose its topic' },
  profiles: ['native'],
  kind: 'device',
  login: '',
  ...{ prefixes: [], optional: [] },
  notes: {
    zh: '先登记设备；用户名就是设备编号，只能用它自己的主题。ts 可不写；每个其他的键是一个指标。',
    en: 'Register the device first; its id is the user name, and it may use its own topics only. `ts` may be left out; every other key is a metric.',
  },
  lines: ({ host, port, user, secret, site }) => [
    {
      title: { zh: '主题', en: 'Topics' },
      fields: [
        { name: { zh: '读数', en: 'Readings' }, value: nativeTopic(site, user, 'readings') },
        { name: { zh: '心跳', en: 'Heartbeat' }, value: nativeTopic(site, user, 'heartbeat') },
        { name: { zh: '遗嘱', en: 'Last will' }, value: nativeTopic(site, user, 'status') },
      ],
    },
    { title: { zh: '读数的内容', en: 'A reading' }, text: NATIVE_READING },
    {
      title: { zh: '用 mosquitto_pub 试一条', en: 'Try one with mosquitto_pub' },
      text: [
        `mosquitto_pub -h ${shellText(host)} -p ${port} -u ${shellText(user)} -P ${shellText(secret)} -q 1`,
        `-t ${nativeTopic(site, user, 'readings')} -m '${NATIVE_READING}'`,
      ].join(' '),
    },
  ],
};

const tasmota: Ecosystem = {
  id: 'tasmota',
  name: { zh: 'Tasmota', en: 'Tasmota' },
  ...{ profiles: ['tasmota'], kind: 'bridge', login: 'tasmota' },
  prefixes: ['tele/', 'stat/', 'cmnd/', 'tasmota/'],
  optional: [],
  notes: {
    zh: '所有 Tasmota 可用同一个登录。四个前缀缺一不可：它一连上就往 cmnd/ 发，之后往 tasmota/ 发自动发现。固件里写死用户名 DVES_USER 的，就把登录取名 DVES_USER。客户端 ID 用出厂的 DVES_%06X 就行，MqttClient <user>.%06X 不再需要，写了也行。主题用出厂的 FullTopic %prefix%/%topic%/。',
    en: 'All Tasmota devices may share one login. All four prefixes are needed: it publishes under cmnd/ as soon as it is connected, and discovery under tasmota/ later. Where the firmware has the user name DVES_USER compiled in, call the login DVES_USER. The client id may stay DVES_%06X; MqttClient <user>.%06X is no longer needed and does no harm. Keep the FullTopic as delivered: %prefix%/%topic%/.',
  },
  lines: (access) => [{ title: CONSOLE, text: tasmotaLines(access) }],
};

const shellyGen1: Ecosystem = {
  id: 'shelly-gen1',
  name: { zh: 'Shelly 一代', en: 'Shelly Gen1' },
  ...{ profiles: ['shelly-gen1'], kind: 'bridge', login: 'shelly-gen1', prefixes: ['shellies/'], optional: [] },
  notes: {
    zh: '设备网页 Internet & Security → Advanced → MQTT。客户端 ID 和主题保持出厂的样子。',
    en: 'On its page: Internet & Security → Advanced → MQTT. Leave its client id and topics as delivered.',
  },
  lines: ({ host, port, user, secret }) => [
    {
      title: { zh: '设备网页', en: 'Its own page' },
      fields: [
        { name: { zh: 'Server', en: 'Server' }, value: hostPort(host, port) },
        { name: { zh: 'Username', en: 'Username' }, value: user },
        { name: { zh: 'Password', en: 'Password' }, value: secret },
      ],
    },
  ],
};

const shellyGen2: Ecosystem = {
  id: 'shelly-gen2',
  name: { zh: 'Shelly 二代及以后', en: 'Shelly Gen2 and later' },
  ...{ profiles: ['shelly-gen2'], kind: 'bridge', login: 'shelly', prefixes: ['shelly'], optional: [] },
  notes: {
    zh: '出厂的 MQTT 前缀就是设备编号，都以 shelly 开头，所以一个登录够所有设备用；改过前缀的，把它加上。设备网页 Settings → MQTT，或用下面的命令。',
    en: 'As delivered the MQTT prefix is the device id, and all of them begin with shelly, so one login serves all; add the prefix of a device where it was changed. On its page: Settings → MQTT, or the command below.',
  },
  lines: ({ host, port, user, secret }) => {
    const config = { enable: true, server: hostPort(host, port), user, pass: secret, rpc_ntf: true, status_ntf: true };
    const body = shellText(JSON.stringify({ config }));
    return [
      {
        title: { zh: '命令行（把 DEVICE 换成设备的 IP）', en: 'Shell (DEVICE is the address of the device)' },
        text: `curl -X POST -d ${body} http://DEVICE/rpc/MQTT.SetConfig\ncurl http://DEVICE/rpc/Shelly.Reboot`,
      },
    ];
  },
};

const esphome: Ecosystem = {
  id: 'esphome',
  name: { zh: 'ESPHome', en: 'ESPHome' },
  ...{ profiles: ['esphome'], kind: 'bridge', login: 'esphome', prefixes: ['<node>/', 'esphome/'] },
  optional: [DISCOVERY],
  parameter: {
    key: 'node',
    name: { zh: '节点名（esphome: name）', en: 'Node name (esphome: name)' },
    example: 'meter-lab',
  },
  notes: {
    zh: '出厂的主题前缀就是节点名。几个节点共用一个登录：在各自的 YAML 里写 topic_prefix: esphome/节点名，前缀只留 esphome/。',
    en: 'As delivered the topic prefix is the name of the node. For several nodes under one login, write topic_prefix: esphome/NODE in each and keep the prefix esphome/ only.',
  },
  lines: ({ host, port, user, secret, prefixes }) => [
    {
      title: { zh: '节点的 YAML', en: 'YAML of the node' },
      text: [
        'mqtt:',
        `  broker: ${yamlText(host)}`,
        `  port: ${port}`,
        `  username: ${yamlText(user)}`,
        `  password: ${yamlText(secret)}`,
        `  discovery: ${prefixes.includes(DISCOVERY.prefix)}`,
      ].join('\n'),
    },
  ],
};

const homie: Ecosystem = {
  id: 'homie',
  name: { zh: 'Homie 4、5', en: 'Homie 4, 5' },
  ...{ profiles: ['homie'], kind: 'bridge', login: 'homie', prefixes: ['homie/'], optional: [] },
  notes: {
    zh: '客户端 ID（Homie-<设备 id>）写死在固件里，不用管。',
    en: 'Its client id (Homie-<device id>) is compiled in; nothing has to be done about it.',
  },
  lines: ({ host, port, user, secret }) => [
    {
      title: { zh: 'config.json 的 mqtt 一段', en: 'The part mqtt of config.json' },
      text: `"mqtt": ${JSON.stringify({ host, port, base_topic: 'homie/', auth: true, username: user, password: secret }, null, 2)}`,
    },
  ],
};

const firmware: Ecosystem = {
  id: 'firmware',
  name: {
    zh: '自己编的固件（esp-mqtt、PubSubClient、AsyncMqttClient）',
    en: 'Firmware of your own (esp-mqtt, PubSubClient, AsyncMqttClient)',
  },
  ...{ profiles: [], kind: 'bridge', login: 'firmware', prefixes: ['<prefix>/'], optional: [] },
  parameter: { key: 'prefix', name: { zh: '主题前缀', en: 'Topic prefix' }, example: 'lab' },
  notes: {
    zh: '客户端 ID 随意，心跳随意。主题自己定的，更简单的是“能自己定主题的设备”。',
    en: 'Any client id, any keepalive. Where the topics can be chosen, the native protocol is simpler.',
  },
  lines: ({ host, port, user, secret }) => [
    {
      title: { zh: 'C / Arduino', en: 'C / Arduino' },
      text: [
        `#define MQTT_HOST ${cText(host)}`,
        `#define MQTT_PORT ${port}`,
        `#define MQTT_USER ${cText(user)}`,
        `#define MQTT_PASSWORD ${cText(secret)}`,
      ].join('\n'),
    },
  ],
};

const wled: Ecosystem = {
  id: 'wled',
  name: { zh: 'WLED', en: 'WLED' },
  ...{ profiles: [], kind: 'bridge', login: 'wled', prefixes: ['wled/'], optional: [] },
  notes: {
    zh: '设备网页 Config → Sync Interfaces → MQTT。Device Topic 和 Group Topic 都保持以 wled/ 开头。',
    en: 'On its page: Config → Sync Interfaces → MQTT. Device Topic and Group Topic keep beginning with wled/.',
  },
  lines: () => [],
};

const emsEsp: Ecosystem = {
  id: 'ems-esp',
  name: { zh: 'EMS-ESP', en: 'EMS-ESP' },
  ...{ profiles: [], kind: 'bridge', login: 'ems-esp', prefixes: ['ems-esp/'], optional: [DISCOVERY] },
  notes: {
    zh: '设备网页 Settings → MQTT，Base 保持 ems-esp。没有 Home Assistant 的话关掉 Enable Discovery。',
    en: 'On its page: Settings → MQTT, Base stays ems-esp. Without Home Assistant switch Enable Discovery off.',
  },
  lines: () => [],
};

const usrDtu: Ecosystem = {
  id: 'usr-dtu',
  name: { zh: '有人 USR DTU（边缘采集）', en: 'USR DTU (edge computing)' },
  ...{ profiles: ['usr-dtu'], kind: 'bridge', login: 'usr-dtu' },
  prefixes: ['/PubTopic', '/SubTopic', '/UploadTopic', '/DownloadTopic', '/UsrEdge'],
  optional: [],
  notes: {
    zh: '这些是配置软件里出厂的主题；改过的，把前缀换成你的主题。几台 DTU 可用同一个登录。',
    en: 'These are the topics that the vendor’s tool proposes; with topics of your own enter their prefixes instead. Several DTUs may share one login.',
  },
  lines: ({ host, port, user, secret }) => [
    {
      title: { zh: '配置软件 → MQTT 网关', en: 'Vendor’s tool → MQTT gateway' },
      fields: [
        { name: { zh: '服务器地址、端口', en: 'Server address, port' }, value: `${host} ${port}` },
        { name: { zh: '客户端 ID', en: 'Client ID' }, value: 'usr-dtu-1' },
        { name: { zh: '用户名', en: 'User name' }, value: user },
        { name: { zh: '用户密码', en: 'Password' }, value: secret },
      ],
    },
  ],
};

const acrel: Ecosystem = {
  id: 'acrel',
  name: { zh: '安科瑞电表、网关（ADW300、AWT100）', en: 'Acrel meters and gateways (ADW300, AWT100)' },
  ...{ profiles: ['acrel'], kind: 'bridge', login: 'acrel' },
  prefixes: ['/gw/acrelHW/', '/server/acrelHW/'],
  optional: [
    {
      prefix: 'data/',
      when: { zh: '表或网关用 EIOT 格式时要，连同 sys/', en: 'where it speaks the EIOT format, together with sys/' },
    },
    { prefix: 'sys/', when: { zh: '同上', en: 'the same' } },
  ],
  notes: {
    zh: '出厂连厂家的平台：在表或网关的配置软件里改服务器。本网关不回答它的登录和对时报文：时钟在配置软件里对好。',
    en: 'Delivered set to the maker’s platform: change the server in the maker’s tool. This gateway answers neither its login message nor its request for the time: set its clock in that tool.',
  },
  lines: (access) => [
    {
      title: { zh: '表或网关的 MQTT 参数', en: 'MQTT parameters of the meter or gateway' },
      fields: commonFields(access),
    },
  ],
};

const serialDtu: Ecosystem = {
  id: 'serial-dtu',
  name: {
    zh: '透传 DTU（DL/T 645、CJ/T 188、Modbus、M-Bus）',
    en: 'Transparent DTU (DL/T 645, CJ/T 188, Modbus, M-Bus)',
  },
  profiles: ['dlt645', 'cjt188', 'mbus', 'modbus-ddsu666', 'modbus-sdm', 'modbus-sdm630', 'modbus-dds238'],
  ...{ kind: 'bridge', login: 'dtu', prefixes: ['dtu/'], optional: [] },
  notes: {
    zh: '每台 DTU 的主题各不相同：发布 dtu/编号/up，订阅 dtu/编号/down。表的登记见 gateway/docs/add-a-device.md 第七节。',
    en: 'Each DTU has topics of its own: it publishes dtu/NUMBER/up and subscribes to dtu/NUMBER/down. How meters are registered: gateway/docs/add-a-device.md, section 7.',
  },
  lines: () => [
    {
      title: { zh: 'DTU 的主题（第 1 台）', en: 'Topics of the first DTU' },
      fields: [
        { name: { zh: '发布', en: 'Publish' }, value: 'dtu/1/up' },
        { name: { zh: '订阅', en: 'Subscribe' }, value: 'dtu/1/down' },
      ],
    },
  ],
};

/** In the order in which they are offered. */
export const DEVICE_ECOSYSTEMS: readonly Ecosystem[] = [
  ...[nativeDevice, tasmota, shellyGen1, shellyGen2, esphome, homie, wled, emsEsp, usrDtu, acrel, serialDtu, firmware],
];
