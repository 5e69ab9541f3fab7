/**
 * What the MQTT door turned away, and what to change: the same words on the pages, in the API and in the log.
 * Plain values, no validator: rooms that know nothing of HTTP import this file.
 */
import type { Text } from './enums.ts';

export const REFUSAL_REASONS = [
  'bad-credentials',
  'unknown-login',
  'device-retired',
  'protocol-version',
  'empty-client-id',
  'malformed',
  'not-mqtt',
  'timeout',
  'too-many-connections',
  'websocket-origin',
  'oversize-packet',
  'oversize-payload',
  'topic-denied',
  'will-denied',
  'filter-limited',
  'retain-stripped',
  'retain-limit',
  'rate-dropped',
  'queue-dropped',
  'same-id-twice',
  'session-limit',
  'subscription-limit',
  'not-committed',
  'slow-reader',
  'silent',
] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/**
 * What became of it. `refused`: no connection; `closed`: the connection ended; `dropped`: a message is gone, the connection
 * stays; `limited`: everything works, but less of it than was asked for.
 */
export const REFUSAL_EFFECTS = ['refused', 'closed', 'dropped', 'limited'] as const;
export type RefusalEffect = (typeof REFUSAL_EFFECTS)[number];

/** One kind of refusal of one client. `login` and `clientId` are as the client says them, and null where it said none. */
export interface Refusal {
  readonly login: string | null;
  readonly clientId: string | null;
  readonly address: string;
  readonly reason: RefusalReason;
  /** The topic, the filter, the size or the other address; of the last time. */
  readonly detail: string | null;
  readonly count: number;
  /** Epoch ms UTC. */
  readonly firstAt: number;
  readonly lastAt: number;
}

export interface RefusalWords {
  readonly effect: RefusalEffect;
  readonly why: Text;
  readonly change: Text;
}

const words = (effect: RefusalEffect, why: [string, string], change: [string, string]): RefusalWords => ({
  effect,
  why: { zh: why[0], en: why[1] },
  change: { zh: change[0], en: change[1] },
});

const WORDS: Readonly<Record<RefusalReason, RefusalWords>> = {
  'bad-credentials': words(
    'refused',
    ['口令不对。', 'The password is wrong.'],
    [
      '在设备里重新输入口令；口令丢了就在“设备 → 接入设备”给这个登录换一个。',
      'Enter the password in the device again; if it is lost, make a new one for this login under Devices → Add a device.',
    ],
  ),
  'unknown-login': words(
    'refused',
    ['没有这个用户名，或者没有填用户名。', 'There is no such login, or none was given.'],
    [
      '核对设备里的用户名（区分大小写）；还没有的话，在“设备 → 接入设备”建一个登录。',
      'Check the user name in the device (capitals count); if there is none yet, make a login under Devices → Add a device.',
    ],
  ),
  'device-retired': words(
    'refused',
    ['这台设备已停用，它的登录不再有效。', 'This device is out of use, and so its login is refused.'],
    [
      '还要用：打开它的页面，点“恢复使用”；不再用：可以不理会，或关掉设备、清掉它里面的 MQTT 设置。',
      'If it is still wanted, open its page and use it again; if not, leave it, or switch the device off or clear its MQTT settings.',
    ],
  ),
  'protocol-version': words(
    'refused',
    ['它说的 MQTT 版本网关不认识。', 'It speaks an MQTT version that the gateway does not know.'],
    ['在设备里选 MQTT 3.1、3.1.1 或 5。', 'Choose MQTT 3.1, 3.1.1 or 5 in the device.'],
  ),
  'empty-client-id': words(
    'refused',
    [
      '客户端 ID 是空的，却要求保留会话（clean session = 0）。',
      'The client id is empty, and a session that stays is asked for (clean session = 0).',
    ],
    ['填一个客户端 ID，或打开“清除会话”。', 'Enter a client id, or switch clean session on.'],
  ),
  malformed: words(
    'closed',
    ['收到的不是合规的 MQTT 报文。', 'What arrived is not correct MQTT.'],
    [
      '看详情里是哪一种报文；升级设备固件或 MQTT 库，检查线路上有没有别的程序改动数据。',
      'See in the details which packet it was; update the firmware or the MQTT library, and look for something on the way that alters the data.',
    ],
  ),
  'not-mqtt': words(
    'refused',
    [
      '连上来的不是 MQTT：多半是加密连接（TLS）、网页浏览器或端口扫描。',
      'What connected does not speak MQTT: most likely TLS, a web browser or a port scan.',
    ],
    [
      '这个端口不加密：在设备里关掉 TLS/SSL，或改用正确的端口。',
      'This port is not encrypted: switch TLS/SSL off in the device, or use the right port.',
    ],
  ),
  timeout: words(
    'refused',
    ['连上以后迟迟没有登录。', 'It connected and did not log in in time.'],
    [
      '检查设备到网关的网络；如果是网络测试或端口扫描，可以不理会。',
      'Check the network between the device and the gateway; a connection test or a port scan needs nothing done.',
    ],
  ),
  'too-many-connections': words(
    'refused',
    ['同时等待登录的连接太多。', 'Too many connections wait to log in at the same time.'],
    [
      '看这个地址上是什么在反复连接；设备断线后应隔几秒再连。',
      'See what keeps connecting from this address; a device should wait a few seconds before it connects again.',
    ],
  ),
  'websocket-origin': words(
    'refused',
    [
      '网页从别的网站打开，浏览器经 WebSocket 的连接被拒绝。',
      'A page of another site opened MQTT over WebSocket in a browser.',
    ],
    [
      '自己的网页：把它的来源（如 https://wall.example.edu）写进 config/gateway.yaml 的 mqtt.wsOrigins。',
      'If the page is yours, add its origin (such as https://wall.example.edu) to mqtt.wsOrigins in config/gateway.yaml.',
    ],
  ),
  'oversize-packet': words(
    'closed',
    [
      '报文太大：登录之前最多 16 KiB，之后最多 1 MiB。',
      'The packet is too large: at most 16 KiB before it is logged in, 1 MiB after.',
    ],
    [
      '让设备把内容分成几条发，或少发一些；图片和录像不要经 MQTT 发。',
      'Let the device send less, or split it over several messages; pictures and videos do not belong on MQTT.',
    ],
  ),
  'oversize-payload': words(
    'dropped',
    [
      '内容超过这个主题的上限（通常 64 KiB）；已确认收到，没有保存。',
      'The payload exceeds the limit of its topic (64 KiB as a rule); it was acknowledged and not stored.',
    ],
    [
      '让设备少发一些；确实需要的，在数据格式（profile）里给这个主题写 maxBytes。',
      'Let the device send less; where it is needed, give the topic a maxBytes in its profile.',
    ],
  ),
  'topic-denied': words(
    'dropped',
    [
      '主题不在这个登录的前缀之内；已确认收到，没有保存，连接照常。',
      'The topic is not under the prefixes of this login; it was acknowledged and not stored, the connection stays.',
    ],
    [
      '需要这些数据：把主题前缀加到这个登录（config/devices.yaml 的 credentials）；不需要：在设备里关掉，或不理会。',
      'If the data are wanted, add the prefix to this login (credentials in config/devices.yaml); if not, switch them off in the device or leave it.',
    ],
  ),
  'will-denied': words(
    'limited',
    [
      '遗嘱的主题不在这个登录的前缀之内；连接照常，遗嘱不会发出。',
      'The topic of its last will is not under the prefixes of this login; it is connected, and the will is never sent.',
    ],
    [
      '要靠遗嘱知道它掉线：把遗嘱的主题前缀加到这个登录，或改用前缀之内的主题。',
      'If the will is to tell that it is offline, add its prefix to this login, or use a topic under the prefixes.',
    ],
  ),
  'filter-limited': words(
    'limited',
    [
      '订阅超出了这个登录的前缀；订阅成立，但只送前缀之内的消息。',
      'It subscribed to more than the prefixes of this login; only messages under the prefixes are delivered.',
    ],
    [
      '收不到需要的消息时，把主题前缀加到这个登录（config/devices.yaml 的 credentials）。',
      'If messages are missing, add their prefix to this login (credentials in config/devices.yaml).',
    ],
  ),
  'retain-stripped': words(
    'limited',
    [
      '这个主题不保留（retain）消息；消息已收下，没有留给以后的订阅者。',
      'Messages on this topic are not retained; the message was taken in, and is not kept for later subscribers.',
    ],
    [
      '一般不用改；确实要保留的，在数据格式（profile）里给这个主题写 retainable: true。',
      'As a rule nothing has to change; where it is needed, mark the topic retainable: true in its profile.',
    ],
  ),
  'retain-limit': words(
    'limited',
    [
      '这个登录保留（retain）的消息已满；消息已收下，没有留给以后的订阅者。',
      'The room for retained messages of this login is full; the message was taken in, and is not kept for later subscribers.',
    ],
    [
      '清掉不再使用的保留消息（向该主题发一条空的 retain 消息），或把设备分到几个登录。',
      'Remove retained messages that are no longer used (an empty retained message on the topic), or split the devices over several logins.',
    ],
  ),
  'rate-dropped': words(
    'dropped',
    ['发得太快：超出速率的 QoS 0 消息已丢弃。', 'It sends too fast: QoS 0 messages above the rate were dropped.'],
    [
      '让设备发慢一些或用 QoS 1；确实需要的，调大 config/gateway.yaml 的 mqtt.messagesPerSecond。',
      'Let the device send more slowly or use QoS 1; where it is needed, raise mqtt.messagesPerSecond in config/gateway.yaml.',
    ],
  ),
  'queue-dropped': words(
    'dropped',
    [
      '它离线或收得太慢，等它来取的消息已满，旧消息已丢弃。',
      'It is away or reads too slowly; the messages that wait for it are full, and old ones were dropped.',
    ],
    [
      '让它保持连接；不再使用的，用“清除会话”连一次，或在“设备 → 接入设备”删掉这个登录。',
      'Keep it connected; if it is no longer used, connect once with clean session, or delete the login under Devices → Add a device.',
    ],
  ),
  'same-id-twice': words(
    'closed',
    [
      '两处用同一个登录和同一个客户端 ID，后来的顶掉了先来的。',
      'One login is used twice with the same client id; the later connection ended the earlier one.',
    ],
    [
      '详情里是另一处的地址；与“来自”相同时，是同一台机器上的两个程序，或设备在反复重连。给其中一台换客户端 ID，或各用各的登录。',
      'The details name the other address; where it is the same, two programs run on one machine, or the device keeps connecting again. Give one of the two another client id, or a login of its own.',
    ],
  ),
  'session-limit': words(
    'limited',
    [
      '保留的会话已满；已连接，但断线后不再保留它的会话。',
      'There is no room for another session that stays; it is connected, and its session ends with the connection.',
    ],
    [
      '在设备里打开“清除会话”，或删掉不再使用的登录。',
      'Switch clean session on in the device, or delete logins that are no longer used.',
    ],
  ),
  'subscription-limit': words(
    'limited',
    ['订阅的主题过滤器太多，这一个没有成立。', 'It holds too many topic filters; this one was not granted.'],
    ['用通配符（+、#）合并订阅。', 'Join its subscriptions with wildcards (+, #).'],
  ),
  'not-committed': words(
    'closed',
    [
      '系统暂时不能保存数据，没有确认它的消息；它会重发。',
      'The gateway could not store data for a while and did not acknowledge its messages; it sends them again.',
    ],
    [
      '检查网关的磁盘（已满、只读、损坏）；恢复后设备自己会补发。',
      'Check the disk of the gateway (full, read-only, damaged); afterwards the device sends again by itself.',
    ],
  ),
  'slow-reader': words(
    'closed',
    ['它收得太慢，没有取走的消息太多。', 'It reads too slowly; too many messages wait to be taken.'],
    ['让它少订阅一些主题，或检查它的网络。', 'Let it subscribe to fewer topics, or check its network.'],
  ),
  silent: words(
    'closed',
    [
      '超过约定的心跳时间没有任何消息，连接已关闭。',
      'Nothing came for longer than its keepalive allows, and the connection was closed.',
    ],
    [
      '检查设备的电源和网络；经 4G 的设备把心跳调短，如 60 秒。',
      'Check its power and network; with mobile data choose a shorter keepalive, such as 60 s.',
    ],
  ),
};

/** Why, what became of it and what to change, for people. */
export function refusalWords(reason: RefusalReason): RefusalWords {
  return WORDS[reason];
}

/** One line for the log: `<why> <what to change>`, in Chinese and then in English. */
export function refusalSentence(reason: RefusalReason): string {
  const { why, change } = WORDS[reason];
  return `${why.zh}${change.zh} / ${why.en} ${change.en}`;
}
