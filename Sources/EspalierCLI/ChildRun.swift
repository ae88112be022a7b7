internal import ArgumentParser
internal import Glibc
internal import ModelIO
internal import Synchronization

/// Runs this command once more in a process of its own, because solvers may end theirs.
enum ChildRun {
  private static let child = Atomic<Int32>(0)

  /// Runs the command with one more argument, which tells it that it is the child.
  ///
  /// - Throws: `ExitCode` with the child's status.
  static func run(adding argument: String) throws {
    let executable = try UnitDeciders.ownPath()
    var arguments = ([executable] + CommandLine.arguments.dropFirst() + [argument])
      .map { strdup($0) }
    arguments.append(nil)
    defer { for argument in arguments { free(argument) } }
    var processID: pid_t = 0
    let code = posix_spawn(&processID, executable, nil, nil, arguments, environ)
    guard code == 0 else {
      throw ModelError(
        file: executable, fault: .unreadable(reason: "cannot be started: \(errnoText(code))"))
    }
    child.store(processID, ordering: .relaxed)
    for number in [SIGINT, SIGTERM] {
      signal(number) { number in _ = kill(ChildRun.child.load(ordering: .relaxed), number) }
    }
    var status: Int32 = 0
    while waitpid(processID, &status, 0) < 0 && errno == EINTR {}
    // The low bits hold the signal that ended the process, the next ones its status.
    if status & 0x7F != 0 {
      StandardOutput.printError(
        "error: the solver ended its process (signal \(status & 0x7F)), and what it had found is "
          + "lost; count with another engine, or bound with --trials 0")
      throw ExitCode(ExitStatus.solver)
    }
    let exit = status >> 8 & 0xFF
    if exit != 0 { throw ExitCode(exit) }
  }

  private static func errnoText(_ code: Int32) -> String { String(cString: strerror(code)) }

  /// Runs work whose libraries may print, with standard output closed to them.
  static func withoutOutput<Result>(_ work: () throws -> Result) rethrows -> Result {
    let saved = dup(STDOUT_FILENO)
    let null = open("/dev/null", O_WRONLY)
    if saved >= 0 && null >= 0 { dup2(null, STDOUT_FILENO) }
    defer {
      fflush(nil)
      if saved >= 0 { dup2(saved, STDOUT_FILENO) }
      for descriptor in [saved, null] where descriptor >= 0 { close(descriptor) }
    }
    return try work()
  }
}
