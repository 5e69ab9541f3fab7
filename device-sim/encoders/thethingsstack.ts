/**
 * The Things Stack v3: `v3/<application>@<tenant>/devices/<id>/up`, QoS 0. Fields that are zero, false or empty are left
 * out, but not inside `decoded_payload`. https://www.thethingsindustries.com/docs/integrations/data-formats/
 */
import { addressOf, type Encoder, message } from './message.ts';
import { milesightObject } from './milesight.ts';

export const thethingsstack: Encoder = (device, values, ts) => {
  const id = addressOf(device);
  const at = new Date(ts).toISOString().replace('Z', '023242Z');
  const fCnt = Math.floor(ts / (device.intervalS * 1_000)) % 65_536;
  const uplink = {
    end_device_ids: {
      device_id: id,
      application_ids: { application_id: 'campus' },
      dev_eui: '24E124141C000001',
      join_eui: '24E124C0002A0001',
      dev_addr: '01DA1F15',
    },
    correlation_ids: [`gs:uplink:${device.id}-${ts}`],
    received_at: at,
    uplink_message: {
      session_key_id: 'AWiZpAyXrAfEkUNkBljRoA==',
      f_port: 85,
      ...(fCnt === 0 ? {} : { f_cnt: fCnt }),
      frm_payload: 'AXVk',
      decoded_payload: milesightObject(device, values),
      rx_metadata: [{ gateway_ids: { gateway_id: 'roof' }, rssi: -95, channel_rssi: -95, snr: 5.2 }],
      settings: { data_rate: { lora: { bandwidth: 125_000, spreading_factor: 7 } }, frequency: '486300000' },
      received_at: at,
      consumed_airtime: '0.056576s',
      network_ids: { net_id: '000013', tenant_id: 'school', cluster_id: 'campus' },
    },
  };
  return [{ ...message(`v3/campus@school/devices/${id}/up`, uplink), qos: 0 }];
};
