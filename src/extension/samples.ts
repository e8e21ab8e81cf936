/** Experiments in the order a person would do them; each is `samples/<name>.nn.json` with its story in `<name>.md`. */
export const sampleNames = [
  'two-circles',
  'iris',
  'breast-cancer',
  'digits-mlp',
  'digits-cnn',
  'glyphs-cnn',
  'dark-relu',
] as const;
