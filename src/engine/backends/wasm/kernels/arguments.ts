/** How an operation's arguments are read: number `index`, counted from its opcode (encode.ts writes them). */

export function word(op: usize, index: i32): i32 {
  return load<i32>(op + ((<usize>index) << 2));
}

export function address(op: usize, index: i32): usize {
  return <usize>load<u32>(op + ((<usize>index) << 2));
}

export function number(op: usize, index: i32): f32 {
  return load<f32>(op + ((<usize>index) << 2));
}

/** Bytes of as many values as the argument says. */
export function bytes(op: usize, index: i32): usize {
  return address(op, index) << 2;
}
