internal import Espalier
internal import Glibc
internal import ModelIO

/// Starts the program anew where linear algebra would run on kernels that are far too old.
enum KernelChoice {
  /// Goes on unless the processor has better kernels; then the same process begins again with them.
  ///
  /// Whoever has set the variable keeps his choice, and nothing happens twice.
  static func restartIfOld() {
    guard getenv(BLASKernel.variable) == nil,
      let kernel = BLASKernel.better(than: BLASKernel.chosen, flags: processorFlags),
      let path = try? UnitDeciders.ownPath()
    else { return }
    setenv(BLASKernel.variable, kernel, 1)
    // Work is spread over processes; threads of OpenBLAS that wait cost time as well.
    setenv(BLASKernel.threadVariable, "1", 0)
    var arguments = CommandLine.arguments.map { strdup($0) }
    arguments.append(nil)
    // On success this does not return; otherwise the old kernels are right, too.
    execv(path, &arguments)
    for argument in arguments { free(argument) }
  }

  private static var processorFlags: [Substring] {
    SystemFile.line(beginningWith: "flags", of: "/proc/cpuinfo")?.split(separator: " ") ?? []
  }
}
