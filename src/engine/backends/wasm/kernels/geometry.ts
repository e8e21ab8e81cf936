import { Geo } from '../opcodes.ts';

/** One size of a window's geometry, which begins at `g`. */
export function geo(g: usize, index: Geo): i32 {
  return load<i32>(g + ((<usize>index) << 2));
}

/** Bytes of a sample before a window has slid over it, and after. */
export function inputBytes(g: usize): usize {
  return (<usize>(geo(g, Geo.height) * geo(g, Geo.width) * geo(g, Geo.channels))) << 2;
}

export function outputBytes(g: usize): usize {
  return (<usize>(geo(g, Geo.outHeight) * geo(g, Geo.outWidth) * geo(g, Geo.outChannels))) << 2;
}
