/** Chinese for the hints that the contract's schemas give in English; a test keeps the list complete. */
const HINTS: Readonly<Record<string, string>> = {
  'lower-case letters, digits and hyphens, at most 64': '小写字母、数字和连字符，最多 64 个',
  'text in one line, without control characters': '一行能显示的文字，不含控制字符',
  'a whole number and s, m, h or d, such as 90s or 15m': '整数加 s、m、h 或 d，例如 90s、15m',
  'a date as YYYY-MM-DD': '日期，形如 YYYY-MM-DD',
  'no such date': '真实存在的日期',
  'a time as HH:MM, 00:00 to 24:00': '时间，形如 HH:MM，00:00 到 24:00',
  'a range as HH:MM-HH:MM': '时间段，形如 HH:MM-HH:MM',
  'an IANA time zone such as Asia/Shanghai': 'IANA 时区名，例如 Asia/Shanghai',
  'either date, or from and to': 'date，或者 from 和 to，二者取一',
  'give either above or below': 'above 或 below，二者取一',
  'closed, open, always or bell:<id>': 'closed、open、always 或 bell:<铃声编号>',
  'a topic prefix without + # or a leading $, but for $oc/': '主题前缀，不含 + 和 #，也不以 $ 开头（$oc/ 除外）',
  'a login name: text without control characters, and without a space in front or behind':
    '用户名：不含控制字符，前后没有空格',
  'a login name of at most 128 bytes': '不超过 128 字节的用户名',
  'another login name: clients without one are called anonymous': '换一个用户名：没有登录的客户端才叫 anonymous',
  'no metric of that name': '指标表里有的指标名',
  'the name of a capture, such as device': '捕获的名称，例如 device',
  'a number or 1/n': '数字或 1/n',
  'give one of path, const and ratio': 'path、const、ratio，三者取一',
  'give is, not, present, single or text': 'is、not、present、single 或 text',
  'one of ignore: true, offer, and at least one of emit, emit_by_key, each and propose':
    'ignore: true、offer，或者 emit、emit_by_key、each、propose 中至少一个，三者取一',
  'a metric, or a name such as property:WF': '指标名，或 property:WF 这样的名称',
  'topic levels such as homeassistant, without + # and spaces': '主题层级，例如 homeassistant，不含 +、# 和空格',
  'not under campus/v1': '不能在 campus/v1 之下',
  'an IP address or a host name, without a port': 'IP 地址或主机名，不带端口',
  'a name in capitals, such as NVR_1': '大写的名称，例如 NVR_1',
  'give at least one of onvif, rtsp, tcp and hikvision': 'onvif、rtsp、tcp、hikvision 中至少一个',
  'an address and a port such as 0.0.0.0:5060': '地址和端口，例如 0.0.0.0:5060',
  'a path that begins with /, without spaces': '以 / 开头的路径，不含空格',
  '20 digits': '20 位数字',
  'a message or the name of a .json file': '一条消息，或 .json 文件名',
  'bytes as hex': '十六进制字节',
  'give rules or modbus': 'rules 或 modbus，至少写一个',
  'poll names a protocol, or the profile has modbus': 'poll 里写 protocol，或者模板里写 modbus，二者取一',
  'a data identifier of 4 or 8 hex digits': '4 位或 8 位十六进制的数据标识',
};

/** @returns the hint itself when it has no translation: a hint in English is better than none. */
export function chineseHint(hint: string): string {
  return HINTS[hint] ?? hint;
}
