export const Exit = { done: 0, badFile: 1, usage: 2, failed: 3, unexpected: 4, interrupted: 130 } as const;

/** Ends the command with a message on standard error; may hold several lines. */
export class Failure extends Error {
  constructor(
    readonly code: number,
    message: string,
  ) {
    super(message);
  }
}
