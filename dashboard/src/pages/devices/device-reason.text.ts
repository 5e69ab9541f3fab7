import { catalogue } from '../../i18n/catalogue.ts';

/** Why a device is in its state; keyed by `stateReason` of the wire, except for the two that need more than a word. */
export const deviceReasonText = catalogue(
  {
    reportedOnline: '正常上报',
    reportedOffline: '设备自己报告离线',
    silent: '超过应有的上报间隔没有消息',
    will: '连接意外断开，尚未确认是否离线',
    parentDown: (parent: string) => `上级 ${parent} 断线，情况不明`,
    'gateway-start': '系统刚启动，还没有收到它的消息',
    awaited: '已登记在用，正在等待它的消息',
    'never-seen': '登记以来从未上报过',
    'store-down': '系统暂时不能存储，无法判断',
    'clock-step': '系统的时钟被调整过，正在重新判断',
    maintenance: '已由人工停用检修',
    retired: '已停用，不再看管',
    'network-down': '系统自己的网络断了，暂时探测不到它',
    other: (reason: string) => `原因：${reason}`,
  },
  {
    reportedOnline: 'it reports as expected',
    reportedOffline: 'it says itself that it is offline',
    silent: 'no message for longer than its interval',
    will: 'its connection broke; not yet confirmed offline',
    parentDown: (parent) => `${parent}, the device above it, is down`,
    'gateway-start': 'the system has just started and has not heard from it yet',
    awaited: 'in use; waiting for its next message',
    'never-seen': 'no report since it was registered',
    'store-down': 'the system cannot store at the moment',
    'clock-step': 'the system clock was changed; finding out again',
    maintenance: 'switched off by a person for maintenance',
    retired: 'out of use, no longer watched',
    'network-down': 'the system’s own network is down, so it cannot be probed',
    other: (reason) => `reason: ${reason}`,
  },
);
