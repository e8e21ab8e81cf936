/** Beyond what the engine may use: the wait between two tries for an adapter. */
declare function setTimeout(callback: () => void, milliseconds: number): unknown;
