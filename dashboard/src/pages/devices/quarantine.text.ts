import { catalogue } from '../../i18n/catalogue.ts';

export const quarantineText = catalogue(
  {
    title: '未识别报文',
    none: '没有未识别的报文：收到的都能识别。',
    some: (count: string, frames: string) => `${count} 类报文无法识别，共 ${frames} 次，没有计入任何数值。`,
    emptyHint: '无法识别的报文会连同原因和开头的内容保存在这里，不会丢失，也不会变成错误的数值。',
    topic: '主题',
    count: (count: string) => `${count} 次`,
    first: '首次',
    last: '最近',
    client: '来自连接',
    profile: '数据格式',
    address: '地址',
    size: '大小',
    detail: '具体问题',
    cannotBe: (name: string, said: string, metric: string) =>
      `“${name}”的值 ${said} 不能记作“${metric}”：在设备页改它的含义，或写明各词的意思`,
    head: (bytes: number) => `最近一条的开头 ${bytes} 字节`,
    asText: '文本',
    asHex: '十六进制',
    emptyPayload: '（空报文）',
    whatToDo: '怎么办',
    onboard: '去接入',
    toDevice: '打开设备页',
    entry: '可以加进 config/devices.yaml 的一行（编号、名称、类型、地点请按实际填写）：',
    more: '更早的',
    notYours: '只有管理员和总务可以查看未识别报文。',
    profiles: '数据格式',
    profileName: '名称',
    decoded: '已解码',
    failed: '失败',
    state: '状态',
    active: '启用',
    disabled: '已停用',
    disabledHint: '连续失败过多，已自动停用；报文都留着，改正后点“启用”即补入',
    lastFailure: '最近一次失败：',
    enable: '启用',
    unused: '未用到',
    unusedCount: (count: number) => `还没有用到的 ${count} 种`,
    matches: '匹配的主题',
  },
  {
    title: 'Unknown messages',
    none: 'There are no unknown messages: everything that arrived could be read.',
    some: (count, frames) =>
      `${count === '1' ? '1 sort of message' : `${count} sorts of messages`} could not be read, ${frames} in all; none became a value.`,
    emptyHint:
      'What cannot be read is kept here with the reason and its first bytes. Nothing is lost, and nothing becomes a wrong value.',
    topic: 'Topic',
    count: (count) => (count === '1' ? 'once' : `${count} times`),
    first: 'First',
    last: 'Last',
    client: 'From connection',
    profile: 'Data format',
    address: 'Address',
    size: 'Size',
    detail: 'What was wrong',
    cannotBe: (name, said, metric) =>
      `“${name}” says ${said}, which cannot be recorded as “${metric}”: change what it means on the page of the device, or say what each word means`,
    head: (bytes) => `First ${bytes} bytes of the newest`,
    asText: 'Text',
    asHex: 'Hexadecimal',
    emptyPayload: '(empty message)',
    whatToDo: 'What to do',
    onboard: 'Add it',
    toDevice: 'Open its page',
    entry: 'A line for config/devices.yaml (fill in id, name, kind and place):',
    more: 'Earlier ones',
    notYours: 'Only administrators and the office may see unknown messages.',
    profiles: 'Data formats',
    profileName: 'Name',
    decoded: 'Decoded',
    failed: 'Failed',
    state: 'State',
    active: 'in use',
    disabled: 'switched off',
    disabledHint:
      'switched off after too many failures in a row; its messages are kept and taken in when it is switched on again',
    lastFailure: 'Newest failure:',
    enable: 'Switch on',
    unused: 'not used',
    unusedCount: (count) => `${count} not used yet`,
    matches: 'Topics it matches',
  },
);

/** Keyed by the reasons of the wire. */
export const quarantineReasonText = catalogue(
  {
    'unknown-device': '没有登记的设备',
    'unknown-topic': '不认识的主题',
    'bad-payload': '内容无法解析',
    'bad-value': '数值不合理',
    'too-large': '报文过大',
    'profile-disabled': '数据格式已停用',
    'device-retired': '设备已停用',
    refused: '被拒绝',
  },
  {
    'unknown-device': 'device not registered',
    'unknown-topic': 'unknown topic',
    'bad-payload': 'cannot be parsed',
    'bad-value': 'value not plausible',
    'too-large': 'too large',
    'profile-disabled': 'data format switched off',
    'device-retired': 'device out of use',
    refused: 'refused',
  },
);

/** What to do about each reason; keyed by the reasons of the wire. */
export const quarantineAdviceText = catalogue(
  {
    'unknown-device':
      '如果是学校的设备，请在“接入设备”里登记，或按下面的写法加进 config/devices.yaml；如果不是，请查明是谁在发送。',
    'unknown-topic': '请在“接入设备”里点选它的数值；也可以把设备的主题改成 campus/v1/站点/设备编号/readings。',
    'bad-payload':
      '请核对设备固件和数据格式设置：主题对，但内容不是约定的格式。用下面的开头内容可以看出它实际发了什么。',
    'bad-value': '请核对单位和倍率，或检查传感器：数值超出了这个指标可能的范围，或者不是数字。',
    'too-large': '请让设备减小每条报文，或分批发送；确实需要时，在数据格式里设置 maxBytes。',
    'profile-disabled': '这种数据格式连续失败过多，已停用，报文都留着。请对照下面的内容改正，再在本页末尾点“启用”。',
    'device-retired':
      '这台设备已停用，它发来的报文不记录。还要用：打开它的页面点“恢复使用”；不再用：可以不理会，或关掉设备。',
    refused: '请按“具体问题”里写的改：多半是设备里填的口令、编号或地址与这里的不同。',
  },
  {
    'unknown-device':
      'If it belongs to the school, register it under “Add a device” or with a line in config/devices.yaml as below; if not, find out who sends it.',
    'unknown-topic': 'Choose its values under “Add a device”, or let the device use campus/v1/SITE/DEVICE/readings.',
    'bad-payload':
      'Check firmware and data format: the topic is right, but its content is not in the agreed form. The first bytes below show what it really sent.',
    'bad-value':
      'Check unit and factor, or the sensor: the value is beyond what this metric can be, or it is no number.',
    'too-large':
      'Let the device send less in one message, or in parts; where it has to be, set maxBytes in its data format.',
    'profile-disabled':
      'This data format failed too often in a row and was switched off; its messages are kept. Correct it by what is shown below, then switch it on at the end of this page.',
    'device-retired':
      'The device is out of use, so what it sends is not recorded. If it is still wanted, use it again on its page; if not, leave it or switch the device off.',
    refused:
      'Change what the detail names: mostly the password, number or address entered in the device is another than here.',
  },
);
