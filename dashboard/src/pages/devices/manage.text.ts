import { catalogue } from '../../i18n/catalogue.ts';

/** What an administrator does with a device on its page. */
export const manageText = catalogue(
  {
    edit: '编辑',
    editTitle: (name: string) => `编辑 ${name}`,
    nameZh: '名称（中文）',
    nameEn: '名称（英文）',
    custodian: '责任人',
    interval: '上报间隔（秒）',
    intervalHint: '超过 3 个间隔没有消息，就算离线',
    save: '保存',
    saving: '正在保存…',
    nameMissing: '请填名称。',
    intervalBad: '请填大于 0、不超过 604800 的秒数。',
    written: '写入 config/devices.yaml；文件里的注释和别的行不变。',
    retire: '停用',
    retireTitle: (name: string) => `停用 ${name}`,
    retireAsk: '停用以后：不再看管，不再告警，不再算作离线；它的登录失效，发来的报文不再记录。',
    retireKeeps: '历史数据和告警记录都留着，用量统计里仍有它停用前的部分。随时可以恢复使用。',
    retireBehind: (count: number) => `有 ${count} 台设备把它写作上级设备：它们以后各算各的。`,
    retiring: '正在停用…',
    retired: (date: string) => `已停用（${date} 起）：不看管、不计入统计，历史都在。`,
    stillConnects: (count: string, addresses: string) =>
      `它还在尝试连接，已拒绝 ${count} 次（来自 ${addresses}），最近`,
    stillSends: (count: string) => `它还在发报文，${count} 条没有记录，最近`,
    stillAdvice: '还要用：点“恢复使用”；不再用：可以不理会，或关掉设备、清掉它里面的 MQTT 设置。',
    stop: '。',
    restore: '恢复使用',
    restoring: '正在恢复…',
    login: 'MQTT 口令',
    loginNone: '这台设备还没有自己的 MQTT 口令。',
    loginHas: (name: string, sessions: number) =>
      `用户名 ${name}，${sessions === 0 ? '现在没有连接' : `${sessions} 个连接`}。口令只在生成时显示一次。`,
    loginMakeAsk: (name: string, age: string) =>
      `“${name}”${age}前还上报过。生成口令以后，没有这个口令的连接会断开，直到把新口令填进设备为止。`,
    loginMake: '生成口令',
    loginMaking: '正在生成…',
    loginShared: '这类设备用按主题授权的登录，几台可以共用一个：',
    loginSharedNone: '还没有给这类设备的登录。',
    loginNew: '新建一个登录',
  },
  {
    edit: 'Edit',
    editTitle: (name) => `Edit ${name}`,
    nameZh: 'Name (Chinese)',
    nameEn: 'Name (English)',
    custodian: 'Responsible',
    interval: 'Reports every (seconds)',
    intervalHint: 'Silent for more than 3 of them it counts as offline',
    save: 'Save',
    saving: 'Saving…',
    nameMissing: 'Enter a name.',
    intervalBad: 'Enter seconds above 0, at most 604800.',
    written: 'Written into config/devices.yaml; its comments and other lines stay.',
    retire: 'Retire',
    retireTitle: (name) => `Retire ${name}`,
    retireAsk:
      'From then on it is not looked at, raises no alerts and does not count as offline; its login is refused, and what it sends is not recorded.',
    retireKeeps:
      'Its history and alerts stay, and consumption still holds what it measured before. It can be taken into use again at any time.',
    retireBehind: (count) =>
      count === 1
        ? '1 device names it as the one above: it will be looked at by itself.'
        : `${count} devices name it as the one above: they will be looked at by themselves.`,
    retiring: 'Retiring…',
    retired: (date) => `Out of use since ${date}: not looked at and not counted. Its history is all here.`,
    stillConnects: (count, addresses) =>
      `It still tries to connect and was refused ${count === '1' ? 'once' : `${count} times`} (from ${addresses}), last`,
    stillSends: (count) =>
      `It still sends: ${count === '1' ? '1 message was' : `${count} messages were`} not recorded, the last`,
    stillAdvice:
      'If it is still wanted, use it again; if not, leave it, or switch the device off or clear its MQTT settings.',
    stop: '.',
    restore: 'Use again',
    restoring: 'Restoring…',
    login: 'MQTT password',
    loginNone: 'This device has no MQTT password of its own yet.',
    loginHas: (name, sessions) =>
      `User name ${name}, ${sessions === 0 ? 'not connected' : sessions === 1 ? '1 connection' : `${sessions} connections`}. The password is shown only when it is made.`,
    loginMakeAsk: (name, age) =>
      `“${name}” reported ${age} ago. Once the password is made, connections without it are closed until the new password is entered in the device.`,
    loginMake: 'Make the password',
    loginMaking: 'Making it…',
    loginShared: 'Devices of this sort use a login for their topics, which several may share:',
    loginSharedNone: 'There is no login for devices of this sort yet.',
    loginNew: 'Make a login',
  },
);
