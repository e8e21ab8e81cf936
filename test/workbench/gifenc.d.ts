/** `gifenc` comes without types: those of what is used here. */
declare module 'gifenc' {
  type Colour = readonly [red: number, green: number, blue: number];
  interface Frame {
    readonly palette: readonly Colour[];
    readonly transparent: boolean;
    readonly transparentIndex: number;
    readonly dispose: number;
    /** Milliseconds. */
    readonly delay: number;
  }
  interface Encoder {
    writeFrame(index: Uint8Array, width: number, height: number, frame: Frame): void;
    finish(): void;
    bytes(): Uint8Array;
  }
  const gifenc: {
    readonly GIFEncoder: () => Encoder;
    readonly quantize: (rgba: Uint8Array, colours: number) => Colour[];
    readonly applyPalette: (rgba: Uint8Array, palette: readonly Colour[]) => Uint8Array;
  };
  export default gifenc;
}
