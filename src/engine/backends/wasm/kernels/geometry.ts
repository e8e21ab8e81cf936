import { Geo } from '../opcodes.ts';

/** One size of a window's geometry, which begins at `g`. */
export function geo(g: usize, index: Geo): i32 {
  return load<i32>(g + ((<usize>index) << 2));
}
