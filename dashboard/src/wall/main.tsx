import { createApi } from '../api/endpoints.ts';
import { createHttp } from '../api/http.ts';
import { mount } from '../mount.tsx';
import { loadWebFont } from '../theme/load-web-font.ts';
import '../theme/tokens.css';
import { createAlarm } from './alarm.ts';
import { Wall } from './wall.tsx';
import { wallToken } from './wall-token.ts';

const token = wallToken(location.hash);
mount(<Wall api={createApi(createHttp({ token }))} token={token} alarm={createAlarm(() => new AudioContext())} />);
loadWebFont();
