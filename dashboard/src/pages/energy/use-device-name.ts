import { pick } from '../../i18n/language.ts';
import { useLanguage } from '../../i18n/use-text.ts';
import { useAllDevices } from '../../live/use-live.ts';

/** Names of devices in the reader's language; of one that is not known its id. */
export function useDeviceName(): (id: string) => string {
  const language = useLanguage();
  const devices = useAllDevices();
  return (id) => {
    const name = devices.find((device) => device.id === id)?.name;
    return name ? pick(name, language) : id;
  };
}
