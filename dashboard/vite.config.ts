import { defineConfig } from 'vite';

/** Built into files with their digests in their names; the API serves them below `/ui/`. */
export default defineConfig({
  root: import.meta.dirname,
  base: '/ui/',
  logLevel: 'warn',
  build: {
    target: 'es2023',
    outDir: 'dist',
    emptyOutDir: true,
    // An inlined file would be a data: address, which the policy of the pages allows nowhere.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    manifest: 'manifest.json',
    rolldownOptions: {
      // "use client" in packages tells servers that render pages, and there is none here.
      onLog(level, log, handle) {
        if (log.code !== 'MODULE_LEVEL_DIRECTIVE') handle(level, log);
      },
    },
    license: { fileName: 'licenses.md' },
  },
});
