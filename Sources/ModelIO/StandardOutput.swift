#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The standard streams of a program, with errors instead of signals where possible.
public enum StandardOutput {
  /// Writes bytes to standard output.
  ///
  /// - Throws: `OutputFile.WriteError`, for instance if the reader has gone.
  public static func write(_ bytes: [UInt8]) throws(OutputFile.WriteError) {
    ignoreClosedPipes()
    guard OutputFile.writeAll(bytes, to: STDOUT_FILENO) else {
      throw OutputFile.WriteError(
        path: "standard output", reason: String(cString: strerror(errno)),
        outcome: "the results did not arrive")
    }
  }

  /// Writes a line to standard error; nobody can be told if that fails.
  public static func printError(_ line: String) {
    ignoreClosedPipes()
    _ = OutputFile.writeAll(Array((line + "\n").utf8), to: STDERR_FILENO)
  }

  /// A reader that has gone is an error to report, not a signal to die of.
  private static func ignoreClosedPipes() { signal(SIGPIPE, SIG_IGN) }
}
