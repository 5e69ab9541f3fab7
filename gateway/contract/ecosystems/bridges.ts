/** What speaks for many devices: gateways of radios, video recorders, other MQTT servers. */
import { DISCOVERY } from './devices.ts';
import { type Access, type Ecosystem, filtersOf } from './ecosystem.ts';
import { flashmqText, frigateText, hostPort, shellText, tomlText, yamlText } from './quoting.ts';

const PREFIX = {
  key: 'prefix',
  name: { zh: '后面设备的主题前缀', en: 'Topic prefix of the devices behind it' },
  example: 'zigbee2mqtt',
};
const SHELL = { zh: '命令行', en: 'Shell' };

/** The rest of a line is the value there, whatever it holds. */
function mosquittoBridge(name: string, { host, port, user, secret, prefixes }: Access): string {
  return [
    `connection ${name}`,
    `address ${hostPort(host, port)}`,
    `remote_username ${user}`,
    `remote_password ${secret}`,
    'bridge_protocol_version mqttv311',
    ...filtersOf(prefixes).map((filter) => `topic ${filter} out 1`),
  ].join('\n');
}

const BRIDGE_CONF = { zh: 'bridge.conf', en: 'bridge.conf' };

const zigbee2mqtt: Ecosystem = {
  id: 'zigbee2mqtt',
  name: { zh: 'Zigbee2MQTT', en: 'Zigbee2MQTT' },
  ...{ profiles: ['zigbee2mqtt'], kind: 'bridge', login: 'zigbee2mqtt', prefixes: ['zigbee2mqtt/'] },
  optional: [DISCOVERY],
  notes: {
    zh: '第二个 Zigbee2MQTT：base_topic 和登录各换一个名字。打开了 homeassistant 而没有那个前缀时，自动发现的消息被丢弃，其余照常。',
    en: 'A second one needs another base_topic and another login. With `homeassistant` on and that prefix missing, discovery messages are dropped and all else works.',
  },
  lines: ({ host, port, user, secret }) => [
    {
      title: { zh: 'configuration.yaml', en: 'configuration.yaml' },
      text: [
        'mqtt:',
        '  base_topic: zigbee2mqtt',
        `  server: ${yamlText(`mqtt://${hostPort(host, port)}`)}`,
        `  user: ${yamlText(user)}`,
        `  password: ${yamlText(secret)}`,
        'availability:',
        '  enabled: true',
      ].join('\n'),
    },
  ],
};

const chirpstack: Ecosystem = {
  id: 'chirpstack',
  name: { zh: 'ChirpStack v4（LoRaWAN）', en: 'ChirpStack v4 (LoRaWAN)' },
  ...{ profiles: ['chirpstack'], kind: 'bridge', login: 'chirpstack', prefixes: ['application/'], optional: [] },
  notes: {
    zh: '它用 MQTT 5。这里只接它的应用集成；LoRa 网关到 ChirpStack 的那一段（gateway/…）仍用它原来的 MQTT 服务器。',
    en: 'It speaks MQTT 5. Only its application integration comes here; the way from the LoRa gateways to ChirpStack (gateway/…) stays on the MQTT server it has.',
  },
  lines: ({ host, port, user, secret }) => [
    {
      title: { zh: 'chirpstack.toml', en: 'chirpstack.toml' },
      text: [
        '[integration]',
        'enabled = ["mqtt"]',
        '',
        '[integration.mqtt]',
        'json = true',
        `server = ${tomlText(`tcp://${hostPort(host, port)}/`)}`,
        `username = ${tomlText(user)}`,
        `password = ${tomlText(secret)}`,
        'qos = 1',
      ].join('\n'),
    },
  ],
};

const thingsStack: Ecosystem = {
  id: 'thethingsstack',
  name: { zh: 'The Things Stack v3（LoRaWAN）', en: 'The Things Stack v3 (LoRaWAN)' },
  ...{ profiles: ['thethingsstack'], kind: 'bridge', login: 'things-stack', prefixes: ['v3/'], optional: [] },
  notes: {
    zh: '它只让别人来订阅，所以中间要一台 mosquitto：从它那里取，往网关送。',
    en: 'It only lets others subscribe, so a mosquitto stands between: it takes from there and sends to the gateway.',
  },
  lines: (access) => [
    {
      title: BRIDGE_CONF,
      text: [
        'connection things-stack',
        'address eu1.cloud.thethings.network:8883',
        'bridge_cafile /etc/ssl/certs/ca-certificates.crt',
        'remote_username APPLICATION@TENANT',
        'remote_password API-KEY',
        'try_private false',
        'notifications false',
        'topic v3/# in 0',
        '',
        mosquittoBridge('houqin', access),
      ].join('\n'),
    },
  ],
};

const frigate: Ecosystem = {
  id: 'frigate',
  name: { zh: 'Frigate 录像机', en: 'Frigate NVR' },
  ...{ profiles: ['frigate'], kind: 'bridge', login: 'frigate', prefixes: ['frigate/'], optional: [] },
  notes: {
    zh: 'topic_prefix 保持 frigate；第二台改 topic_prefix 和 client_id，前缀跟着改。',
    en: 'topic_prefix stays frigate; a second one needs another topic_prefix and client_id, and the prefix that goes with it.',
  },
  lines: ({ host, port, user, secret }) => [
    {
      title: { zh: 'config.yml', en: 'config.yml' },
      text: [
        'mqtt:',
        '  enabled: true',
        `  host: ${yamlText(host)}`,
        `  port: ${port}`,
        `  user: ${frigateText(user)}`,
        `  password: ${frigateText(secret)}`,
      ].join('\n'),
    },
  ],
};

const sparkplug: Ecosystem = {
  id: 'sparkplug-b',
  name: { zh: 'Sparkplug B（Tahu、Ignition）', en: 'Sparkplug B (Tahu, Ignition)' },
  ...{ profiles: ['sparkplug-b'], kind: 'bridge', login: 'sparkplug', prefixes: ['spBv1.0/'] },
  optional: [
    {
      prefix: 'STATE/',
      when: {
        zh: '主机应用还用旧的 STATE 主题时才要',
        en: 'only for host applications that still use the old STATE topics',
      },
    },
  ],
  notes: {
    zh: 'Ignition：MQTT Transmission → Servers。Server URL 写成 tcp://服务器:端口。',
    en: 'Ignition: MQTT Transmission → Servers. The server URL is tcp://SERVER:PORT.',
  },
  lines: ({ host, port }) => [{ title: { zh: 'Server URL', en: 'Server URL' }, text: `tcp://${hostPort(host, port)}` }],
};

const openMqttGateway: Ecosystem = {
  id: 'openmqttgateway',
  name: { zh: 'OpenMQTTGateway', en: 'OpenMQTTGateway' },
  ...{ profiles: [], kind: 'bridge', login: 'openmqttgateway', prefixes: ['home/'], optional: [DISCOVERY] },
  notes: {
    zh: '设备网页 Configuration → Configure MQTT；MQTT base topic 保持 home/。',
    en: 'On its page: Configuration → Configure MQTT; the MQTT base topic stays home/.',
  },
  lines: () => [],
};

const theengs: Ecosystem = {
  id: 'theengs',
  name: { zh: 'Theengs Gateway', en: 'Theengs Gateway' },
  ...{ profiles: [], kind: 'bridge', login: 'theengs', prefixes: ['home/'], optional: [DISCOVERY] },
  notes: {
    zh: '它不发客户端 ID，网关会给它一个。',
    en: 'It sends no client id; the gateway gives it one.',
  },
  lines: ({ host, port, user, secret }) => [
    {
      title: SHELL,
      // With `=`: its parser takes a value that begins with a hyphen for another option.
      text: ['TheengsGateway', `--host=${host}`, `--port=${port}`, `--user=${user}`, `--pass=${secret}`]
        .map(shellText)
        .join(' '),
    },
  ],
};

const rtl433: Ecosystem = {
  id: 'rtl_433',
  name: { zh: 'rtl_433', en: 'rtl_433' },
  ...{ profiles: [], kind: 'bridge', login: 'rtl_433', prefixes: ['rtl_433/'], optional: [] },
  notes: {
    zh: '客户端 ID 由程序算出，不用管。',
    en: 'It computes its client id; nothing has to be done about it.',
  },
  lines: ({ host, port, user, secret }) => [
    {
      title: SHELL,
      text: [
        `export MQTT_USERNAME=${shellText(user)} MQTT_PASSWORD=${shellText(secret)}`,
        `rtl_433 -M time:unix -F ${shellText(`mqtt://${hostPort(host, port)},events=rtl_433/[hostname]/events,qos=1`)}`,
      ].join('\n'),
    },
  ],
};

const mosquitto: Ecosystem = {
  id: 'mosquitto-bridge',
  name: { zh: 'mosquitto 网桥', en: 'mosquitto bridge' },
  ...{ profiles: [], kind: 'bridge', login: 'mosquitto', prefixes: ['<prefix>/'], optional: [], parameter: PREFIX },
  notes: {
    zh: '出厂设置就行，notifications 和 try_private 不用改。前缀写它后面设备的那些（见上面各行）；前缀以外的主题被丢弃，不会堵住后面的。要让网关的命令回到设备，把 out 改成 both。',
    en: 'As delivered; notifications and try_private need no change. The prefixes are those of the devices behind it (see their rows); topics outside are dropped and hold up nothing. For commands back to the devices write both instead of out.',
  },
  lines: (access) => [{ title: BRIDGE_CONF, text: mosquittoBridge('houqin', access) }],
};

const nanomq: Ecosystem = {
  id: 'nanomq-bridge',
  name: { zh: 'NanoMQ 网桥', en: 'NanoMQ bridge' },
  ...{ profiles: [], kind: 'bridge', login: 'nanomq', prefixes: ['<prefix>/'], optional: [], parameter: PREFIX },
  notes: {
    zh: '客户端 ID 和样例里的遗嘱不用管。',
    en: 'Its client id and the will of the sample need no change.',
  },
  lines: ({ host, port, user, secret, prefixes }) => [
    {
      title: { zh: 'nanomq.conf', en: 'nanomq.conf' },
      text: [
        'bridges.mqtt.houqin {',
        `  server = ${yamlText(`mqtt-tcp://${hostPort(host, port)}`)}`,
        '  proto_ver = 4',
        `  username = ${yamlText(user)}`,
        `  password = ${yamlText(secret)}`,
        '  clean_start = false',
        '  forwards = [',
        ...filtersOf(prefixes).map((filter) => `    { remote_topic = "", local_topic = ${yamlText(filter)}, qos = 1 }`),
        '  ]',
        '}',
      ].join('\n'),
    },
  ],
};

const emqx: Ecosystem = {
  id: 'emqx-bridge',
  name: { zh: 'EMQX 数据桥接', en: 'EMQX bridge' },
  ...{ profiles: [], kind: 'bridge', login: 'emqx', prefixes: ['<prefix>/'], optional: [], parameter: PREFIX },
  notes: {
    zh: `Dashboard → 集成 → 连接器 → MQTT 服务；MQTT 版本 v4 或 v5 都行。再建一条规则把这些主题送到它，远程主题写 \${topic}。`,
    en: `Dashboard → Integration → Connector → MQTT broker; MQTT version v4 or v5. Then a rule that sends these topics to it, with \${topic} as the remote topic.`,
  },
  lines: ({ host, port, prefixes }) => [
    { title: { zh: 'MQTT 服务地址', en: 'MQTT broker' }, text: hostPort(host, port) },
    {
      title: { zh: '规则的 SQL', en: 'SQL of the rule' },
      text: `SELECT * FROM ${filtersOf(prefixes)
        .map((filter) => `"${filter}"`)
        .join(', ')}`,
    },
  ],
};

const flashmq: Ecosystem = {
  id: 'flashmq-victron',
  name: { zh: 'FlashMQ 网桥（Victron）', en: 'FlashMQ bridge (Victron)' },
  ...{ profiles: [], kind: 'bridge', login: 'victron', prefixes: ['N/', 'R/'], optional: [] },
  notes: {
    zh: 'Victron 要不断收到 R/<portal>/keepalive 才发数值：在同一局域网里让一个程序每 30 秒发一次。',
    en: 'Victron sends values only while R/<portal>/keepalive arrives: let a program on the same network publish it every 30 s.',
  },
  lines: ({ host, port, user, secret }) => [
    {
      title: { zh: 'flashmq.conf', en: 'flashmq.conf' },
      text: [
        'bridge {',
        `  address ${host}`,
        `  port ${port}`,
        `  remote_username ${flashmqText(user)}`,
        `  remote_password ${flashmqText(secret)}`,
        '  publish N/#',
        '  subscribe R/#',
        '}',
      ].join('\n'),
    },
  ],
};

const aliyun: Ecosystem = {
  id: 'aliyun-alink',
  name: { zh: '阿里云 Alink 设备', en: 'Aliyun Alink devices' },
  ...{ profiles: ['aliyun-alink'], kind: 'bridge', login: 'alink', prefixes: ['/sys/'], optional: [] },
  notes: {
    zh: '设备按阿里云的规则算口令，不能直接登录网关：让它连一台不查口令的 mosquitto（只在内网），由它桥接过来。',
    en: 'These devices compute their password by the rules of the cloud and cannot log in here: let them connect to a mosquitto on the inner network that asks for none, which bridges them.',
  },
  lines: (access) => [{ title: BRIDGE_CONF, text: mosquittoBridge('houqin', access) }],
};

const huawei: Ecosystem = {
  id: 'huawei-iotda',
  name: { zh: '华为云 IoTDA 设备', en: 'Huawei IoTDA devices' },
  ...{ profiles: ['huawei-iotda'], kind: 'bridge', login: 'iotda', prefixes: ['$oc/'], optional: [] },
  notes: {
    zh: '口令每小时按华为云的规则重算，不能直接登录网关：经一台 mosquitto 桥接。# 不含 $oc/，要单独写一行。',
    en: 'Their password changes every hour by the rules of the cloud, so they cannot log in here: bridge them through a mosquitto. # leaves out $oc/, which needs a line of its own.',
  },
  lines: (access) => [{ title: BRIDGE_CONF, text: mosquittoBridge('houqin', access) }],
};

/** In the order in which they are offered. */
export const BRIDGE_ECOSYSTEMS: readonly Ecosystem[] = [
  ...[zigbee2mqtt, chirpstack, thingsStack, frigate, sparkplug, openMqttGateway, theengs, rtl433],
  ...[mosquitto, nanomq, emqx, flashmq, aliyun, huawei],
];
