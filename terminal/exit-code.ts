/** What a command's process ends with (product surface, section 7). */
export const EXIT = { done: 0, refused: 1, usage: 2, undecided: 3, fault: 70 } as const;

/** One of {@link EXIT}. */
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];
