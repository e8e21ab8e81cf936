/**
 * Sleeps while `expected` is at `at`, until woken: the host's. With a wait among the kernels, the engine of Node 20 forgets what a function
 * holds in registers when it returns.
 */
export declare function sleepWhile(at: usize, expected: i32): void;
