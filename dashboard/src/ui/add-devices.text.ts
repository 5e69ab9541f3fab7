import { catalogue } from '../i18n/catalogue.ts';

/** Said where nothing is registered yet. */
export const addDevicesText = catalogue(
  {
    hint: '会发 MQTT 消息的设备用“接入设备”登记，手上有 Excel 或 CSV 清单就用“导入清单”。',
    onboard: '接入设备',
    import: '导入清单',
    notYours: '请管理员在“设备 → 接入设备”登记，或导入清单。',
  },
  {
    hint: 'Devices that send MQTT messages are registered under “Add a device”; a list in Excel or CSV is imported.',
    onboard: 'Add a device',
    import: 'Import a list',
    notYours: 'Ask an administrator to register devices under Devices → Add a device, or to import a list.',
  },
);
