/** Frigate: `frigate/<camera>/status/<role>` says online; `frigate/stats` carries the frame rate of each camera. */
import { addressOf, type Encoder, message } from './message.ts';

export const frigate: Encoder = (device, values) => {
  const camera = addressOf(device);
  const fps = values['camera_fps'] ?? 0;
  const health = {
    camera_fps: fps,
    process_fps: fps,
    skipped_fps: 0,
    connection_quality: 'excellent',
    reconnects_last_hour: 0,
  };
  return [
    message(`frigate/${camera}/status/detect`, 'online'),
    message(`frigate/${camera}/status/record`, values['camera_recording'] === 0 ? 'disabled' : 'online'),
    message('frigate/stats', { cameras: { [camera]: health } }),
  ];
};
