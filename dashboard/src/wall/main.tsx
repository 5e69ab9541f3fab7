import { mount } from '../mount.tsx';

mount(<main>后勤大屏</main>);
