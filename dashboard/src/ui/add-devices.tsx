import { Link } from '@tanstack/react-router';
import { useText } from '../i18n/use-text.ts';
import { writesConfig } from '../lib/permissions.ts';
import { useMe } from '../shell/use-me.ts';
import './add-devices.css';
import { addDevicesText } from './add-devices.text.ts';

/** The two ways to the first device, where there is none. */
export function AddDevices() {
  const t = useText(addDevicesText);
  if (!writesConfig(useMe())) return <p>{t.notYours}</p>;
  return (
    <>
      <p>{t.hint}</p>
      <p className="add-devices">
        <Link to="/devices/onboard" className="button button-main">
          {t.onboard}
        </Link>
        <Link to="/devices/import" className="button">
          {t.import}
        </Link>
      </p>
    </>
  );
}
