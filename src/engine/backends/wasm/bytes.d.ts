/** The compiled kernels; the build puts their bytes into the bundle. */
declare module 'kernels:simd' {
  const bytes: Uint8Array;
  export default bytes;
}
declare module 'kernels:relaxed' {
  const bytes: Uint8Array;
  export default bytes;
}
