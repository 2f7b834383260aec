/** How is the web console built? Root is web/, output web/dist; platform pages come from mudan/platforms. */
import { fileURLToPath } from 'node:url'
import vue from '@vitejs/plugin-vue'
import { ElementPlusResolver } from 'unplugin-vue-components/resolvers'
import components from 'unplugin-vue-components/vite'
import { defineConfig } from 'vite'

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url))

/** Which chunk a module belongs to; the large libraries stay apart so that pages load only what they use. */
function chunkOf(id: string): string | undefined {
  if (!id.includes('node_modules')) return undefined
  if (id.includes('maplibre')) return 'map'
  if (/echarts|zrender/.test(id)) return 'charts'
  if (id.includes('element-plus')) return 'ui'
  return undefined
}

export default defineConfig({
  root: here('.'),
  cacheDir: here('../node_modules/.vite'),
  plugins: [vue(), components({ dts: false, dirs: [], resolvers: [ElementPlusResolver()] })],
  resolve: { alias: { '@': here('./src') } },
  worker: { format: 'es' },
  define: {
    __VUE_OPTIONS_API__: 'true', // Element Plus still mixes options in
    __VUE_PROD_DEVTOOLS__: 'false',
    __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'false',
    __VUE_I18N_FULL_INSTALL__: 'false',
    __VUE_I18N_LEGACY_API__: 'false',
    __INTLIFY_PROD_DEVTOOLS__: 'false',
  },
  build: {
    outDir: here('./dist'),
    emptyOutDir: true,
    target: ['chrome100', 'safari15.4'],
    assetsInlineLimit: 0, // the content security policy has no data: for fonts and scripts
    chunkSizeWarningLimit: 1200, // MapLibre is one module of about 1 MB
    rolldownOptions: { output: { manualChunks: chunkOf } },
  },
  server: {
    fs: { allow: [here('..')] },
    proxy: { '/api': 'http://127.0.0.1:8000', '/live': { target: 'ws://127.0.0.1:8000', ws: true } },
  },
})
