/** Which web tests run, and in what surroundings? happy-dom, with no network at all. */
import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vitest/config'
import base from './vite.config.ts'

export default mergeConfig(
  base,
  defineConfig({
    root: fileURLToPath(new URL('..', import.meta.url)),
    test: {
      environment: 'happy-dom',
      include: ['web/src/**/*.test.ts', 'mudan/platforms/*/page/**/*.test.ts'],
      setupFiles: [fileURLToPath(new URL('./src/kit/testing/setup.ts', import.meta.url))],
      css: false,
      server: { deps: { inline: ['element-plus'] } },
      maxWorkers: 2,
    },
  }),
)
