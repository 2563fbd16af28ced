export { type Command, type CommandContext, CommandValues } from './command.ts';
export { dataFolder, type Environment } from './data-folder.ts';
export { TerminalError, type TerminalErrorCode, UsageError } from './error.ts';
export { EXIT, type ExitCode } from './exit-code.ts';
export { type CommandEntry, type Program, processWorld, runProgram } from './program.ts';
export { type Input, readInput, readTextFile } from './read-input.ts';
export { Terminal, type TerminalOptions, type TerminalWorld } from './terminal.ts';
export { visibleText } from './visible-text.ts';
export { writeFileAtomic } from './write-file.ts';
