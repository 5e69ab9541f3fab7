import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

const here = import.meta.dirname;

export default defineConfig({
  root: here,
  plugins: [react()],
  // The pages are served by the gateway without a network: nothing may be loaded from elsewhere, nothing is copied unhashed.
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    target: ['chrome111', 'edge111', 'firefox114', 'safari16.4'],
    rolldownOptions: { input: { index: `${here}/index.html`, wall: `${here}/wall.html` } },
  },
});
