/** Why a SIP message was turned away, as a person reads it: what happened, and what to change. */

export type SipRefusal =
  | 'wrong-password'
  | 'unknown-device'
  | 'device-retired'
  | 'not-registered'
  | 'other-address'
  | 'other-method'
  | 'no-number'
  | 'full'
  | 'no-sip'
  | 'too-large'
  | 'unfinished'
  | 'too-often'
  | 'busy'
  | 'question-refused';

/** Both languages, Chinese first, without the details of the single case. */
export const SIP_WORDS: Readonly<Record<SipRefusal, readonly [zh: string, en: string]>> = {
  'wrong-password': [
    '注册口令不对：请在设备里填 HOUQIN_GB28181_PASSWORD 的口令',
    'wrong password: enter that of HOUQIN_GB28181_PASSWORD in the device',
  ],
  'unknown-device': [
    '编号没有登记：请在“接入设备”或 devices.yaml 里登记它',
    'its number is not in devices.yaml: add it there or under “Add a device”',
  ],
  'device-retired': [
    '设备已停用：还要用就在它的页面点“恢复使用”；不再用可以不理会，或在设备里关掉平台接入',
    'the device is out of use: use it again on its page; if it is not wanted, leave it or switch its platform access off',
  ],
  'not-registered': [
    '没有注册就发消息：请核对设备里的平台编号、地址和注册有效期',
    'it sends without having registered: check the platform’s number, address and the registration period in the device',
  ],
  'other-address': [
    '消息来自注册时以外的地址：设备会重新注册；一直这样，说明有两台设备用同一个编号',
    'it sends from another address than it registered from: it will register anew; if this goes on, two devices have one number',
  ],
  'other-method': [
    '只接收 REGISTER 和 MESSAGE，不收视频、不收订阅',
    'only REGISTER and MESSAGE are taken, no video and no subscriptions',
  ],
  'no-number': [
    '消息里没有设备编号：请在设备里填 20 位 SIP 用户名',
    'it names no device: enter the 20 digits as SIP user in the device',
  ],
  full: ['注册的设备已满', 'too many devices are registered'],
  'no-sip': ['收到的不是 SIP：请核对是谁在向这个端口发送', 'this is not SIP: find out who sends to this port'],
  'too-large': ['消息过大，没有接收', 'the message is too large and was not taken'],
  unfinished: ['消息没有发完，连接已断开', 'the message was never finished; the connection was closed'],
  'too-often': ['发得太频繁，多出的没有接收', 'it sends too often; what is more than allowed was not taken'],
  busy: ['网关来不及存，这条没有接收', 'the gateway could not keep up; this one was not taken'],
  'question-refused': [
    '设备拒绝了目录查询，通道状态可能收不到：请在设备里允许平台查询目录',
    'the device refuses the question for its channels, so their state may be missing: allow the platform to query the catalogue in the device',
  ],
};

export function sipWords(why: SipRefusal, more = ''): string {
  const [zh, en] = SIP_WORDS[why];
  return `${zh}${more === '' ? '' : `（${more}）`} / ${en}${more === '' ? '' : ` (${more})`}`;
}
