/** An array as a file holds it, in C order: numbers that 32 bits hold exactly stay 32 bits wide. */
export interface StoredArray {
  /** What people call it: the file's path, for one of several the name after it. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly values: Float32Array | Float64Array | readonly string[];
}

export interface ElementType {
  /** In bytes. */
  readonly size: number;
  /** Whether 32-bit numbers hold every value. */
  readonly narrow: boolean;
  read(view: DataView, at: number, little: boolean): number;
}

/** The numbers of array files, by kind and bytes, as numpy names them. */
export const elementTypes: Readonly<Record<string, ElementType>> = {
  b1: { size: 1, narrow: true, read: (view, at) => (view.getUint8(at) === 0 ? 0 : 1) },
  u1: { size: 1, narrow: true, read: (view, at) => view.getUint8(at) },
  i1: { size: 1, narrow: true, read: (view, at) => view.getInt8(at) },
  u2: { size: 2, narrow: true, read: (view, at, little) => view.getUint16(at, little) },
  i2: { size: 2, narrow: true, read: (view, at, little) => view.getInt16(at, little) },
  u4: { size: 4, narrow: false, read: (view, at, little) => view.getUint32(at, little) },
  i4: { size: 4, narrow: false, read: (view, at, little) => view.getInt32(at, little) },
  u8: { size: 8, narrow: false, read: (view, at, little) => Number(view.getBigUint64(at, little)) },
  i8: { size: 8, narrow: false, read: (view, at, little) => Number(view.getBigInt64(at, little)) },
  f2: { size: 2, narrow: true, read: (view, at, little) => half(view.getUint16(at, little)) },
  f4: { size: 4, narrow: true, read: (view, at, little) => view.getFloat32(at, little) },
  f8: { size: 8, narrow: false, read: (view, at, little) => view.getFloat64(at, little) },
};

/** IEEE 754 binary16: 1 bit sign, 5 bits exponent, 10 bits fraction. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction ? Number.NaN : sign * Infinity;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** Visits the elements in C order: `at` is where the file has each, counted in elements. */
export function eachElement(
  shape: readonly number[],
  fortran: boolean,
  visit: (index: number, at: number) => void,
): void {
  const count = elementsIn(shape);
  if (!fortran || shape.length < 2) {
    for (let i = 0; i < count; i++) visit(i, i);
    return;
  }
  const strides = shape.map((_, axis) => elementsIn(shape.slice(0, axis)));
  const index = shape.map(() => 0);
  let at = 0;
  for (let i = 0; i < count; i++) {
    visit(i, at);
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      index[axis]!++;
      at += strides[axis]!;
      if (index[axis]! < shape[axis]!) break;
      at -= strides[axis]! * shape[axis]!;
      index[axis] = 0;
    }
  }
}

export const elementsIn = (shape: readonly number[]): number => shape.reduce((product, side) => product * side, 1);

/** The numbers of an array whose size has been checked. */
export function numbersIn(
  bytes: Uint8Array,
  type: ElementType,
  shape: readonly number[],
  { little, fortran }: { readonly little: boolean; readonly fortran: boolean },
): Float32Array | Float64Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const count = elementsIn(shape);
  const values = type.narrow ? new Float32Array(count) : new Float64Array(count);
  eachElement(shape, fortran, (i, at) => (values[i] = type.read(view, at * type.size, little)));
  return values;
}
