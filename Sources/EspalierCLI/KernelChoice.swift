internal import Espalier
internal import Glibc
internal import ModelIO

/// Starts the program anew where linear algebra would run on kernels that are far too old, or with
/// threads that nobody needs.
enum KernelChoice {
  /// Goes on if OpenBLAS is set up well; otherwise the same process begins again with other variables
  /// in its environment, which OpenBLAS reads when it is loaded.
  ///
  /// Whoever has set a variable keeps his choice, and nothing happens twice.
  static func restartIfNeeded() {
    var variables: [(name: String, value: String)] = []
    if getenv(BLASKernel.variable) == nil,
      let kernel = BLASKernel.better(than: BLASKernel.chosen, flags: processorFlags)
    {
      variables.append((BLASKernel.variable, kernel))
    }
    // Work is spread over processes; threads of OpenBLAS that wait for work cost time as well.
    if getenv(BLASKernel.threadVariable) == nil, BLASKernel.hasWaitingThreads {
      variables.append((BLASKernel.threadVariable, "1"))
    }
    guard !variables.isEmpty, let path = try? UnitDeciders.ownPath() else { return }
    for variable in variables { setenv(variable.name, variable.value, 0) }
    var arguments = CommandLine.arguments.map { strdup($0) }
    arguments.append(nil)
    // On success this does not return; otherwise what is there is right, too.
    execv(path, &arguments)
    for argument in arguments { free(argument) }
  }

  private static var processorFlags: [Substring] {
    SystemFile.line(beginningWith: "flags", of: "/proc/cpuinfo")?.split(separator: " ") ?? []
  }
}
