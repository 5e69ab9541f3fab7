import { mount } from './mount.tsx';

mount(<main>后勤</main>);
