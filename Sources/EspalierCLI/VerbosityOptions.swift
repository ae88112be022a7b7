internal import ArgumentParser
internal import Glibc
internal import ModelIO

/// How much is said on standard error.
struct VerbosityOptions: ParsableArguments {
  @Flag(name: [.short, .long], help: "Say nothing on standard error but errors.")
  var quiet = false

  @Flag(name: [.short, .long], help: "Say more on standard error.")
  var verbose = false

  func validate() throws {
    if quiet && verbose { throw ValidationError("-q and -v exclude each other.") }
  }

  /// True if a progress line may be drawn: a terminal that takes control sequences.
  var showsProgress: Bool {
    !quiet && Console.isErrorTerminal && getenv("NO_COLOR") == nil
      && environment("TERM") != "dumb"
  }

  private func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }
  }

  /// Says something unless the user wants quiet.
  func note(_ text: @autoclosure () -> String) {
    if !quiet { StandardOutput.printError(text()) }
  }

  /// Says something only if the user asks for more.
  func detail(_ text: @autoclosure () -> String) {
    if verbose { StandardOutput.printError(text()) }
  }
}
