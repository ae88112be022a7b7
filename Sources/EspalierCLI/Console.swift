internal import Glibc
internal import ModelIO

/// What the program says besides results.
enum Console {
  /// True if standard error is a terminal that may be written over.
  static var isErrorTerminal: Bool { isatty(STDERR_FILENO) == 1 }

  /// Writes lines to standard output.
  ///
  /// - Throws: `OutputFile.WriteError`, for instance if the reader has gone.
  static func write(_ lines: [String]) throws(OutputFile.WriteError) {
    try StandardOutput.write(Array((lines.joined(separator: "\n") + "\n").utf8))
  }

  /// Writes over the current line of the terminal.
  static func rewriteErrorLine(_ text: String) {
    _ = OutputFile.writeAll(Array("\r\(text)\u{1B}[K".utf8), to: STDERR_FILENO)
  }
}
