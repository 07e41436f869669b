declare module 'undici/lib/dispatcher/pool.js' {
  // biome-ignore lint/style/noDefaultExport: it is how the package has it.
  export { Pool as default } from 'undici';
}
