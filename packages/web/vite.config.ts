import { cp } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { build, defineConfig, type Plugin } from 'vite'
import { chunks } from './chunks.ts'
import { ownParts } from './own-parts.ts'

/** `npm run dev` says where the server is. */
const server = process.env['SERVER_ADDRESS'] ?? 'http://localhost:4000'
/** The server lets in pages of its own origin (P37); in development this one stands in for them. */
const asOwnPage = { target: server, changeOrigin: true, headers: { origin: server } }

/** What other pages load has a build of its own, into the same folder; pages that show it lie beside. */
function widgetToo(): Plugin {
  let folder = ''
  return {
    name: 'widget',
    apply: 'build',
    configResolved({ root, build }) {
      folder = resolve(root, build.outDir)
    },
    async closeBundle() {
      const outDir = join(folder, 'widget')
      await build({
        configFile: join(import.meta.dirname, 'vite.widget.config.ts'),
        logLevel: 'warn',
        build: { outDir },
      })
      await cp(join(import.meta.dirname, 'examples'), join(folder, 'examples'), { recursive: true })
    },
  }
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [react(), tailwindcss(), widgetToo()],
  resolve: ownParts,
  build: {
    target: 'es2024',
    assetsInlineLimit: 0, // the content security policy knows only files
    modulePreload: { polyfill: false },
    rolldownOptions: { output: { codeSplitting: chunks } },
    reportCompressedSize: false,
    chunkSizeWarningLimit: 600,
  },
  server: {
    proxy: {
      '/v1': asOwnPage,
      '/api': asOwnPage,
      '/ws': { ...asOwnPage, ws: true, rewriteWsOrigin: true },
    },
  },
})
