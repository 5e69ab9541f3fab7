import { catalogue } from './catalogue.ts';

/** Keyed by the device kinds of the wire. */
export const deviceKindText = catalogue(
  {
    'electricity-meter': '电表',
    'water-meter': '水表',
    door: '门磁',
    camera: '摄像头',
    switch: '交换机',
    nvr: '录像机',
    sensor: '传感器',
  },
  {
    'electricity-meter': 'electricity meter',
    'water-meter': 'water meter',
    door: 'door sensor',
    camera: 'camera',
    switch: 'switch',
    nvr: 'video recorder',
    sensor: 'sensor',
  },
);
