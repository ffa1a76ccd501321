import { join } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { ownParts } from './own-parts.ts'

const here = import.meta.dirname

/** The chat widget: one module that pages of any origin load, which loads the rest when it is opened. Built after the app, which says where to. */
export default defineConfig({
  root: here,
  base: './', // other pages load it from wherever the server is
  publicDir: false,
  resolve: ownParts,
  plugins: [react(), tailwindcss()],
  build: {
    target: 'es2024',
    emptyOutDir: true,
    modulePreload: false,
    reportCompressedSize: false,
    chunkSizeWarningLimit: 900,
    rollupOptions: {
      input: join(here, 'src/widget/streambed-chat.ts'),
      output: { entryFileNames: '[name].js', chunkFileNames: 'assets/[name]-[hash].js' },
    },
  },
})
